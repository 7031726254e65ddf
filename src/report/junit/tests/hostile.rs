//! XML that means harm: entities, what XML forbids, and more than memory takes.

use std::fs;
use std::io::Write;
use std::process::Command;

use crate::report::junit::check::{check, merge};
use crate::report::junit::tests::{cases, read, read_text};

/// A test case whose failure is this text, behind a DOCTYPE with these declarations.
fn declared(declarations: &str, text: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE testsuite [\n{declarations}\n]>\n<testsuite name=\"s\">\
         \n<testcase name=\"t\"><failure>{text}</failure></testcase></testsuite>"
    )
}

#[test]
fn no_entity_is_expanded_or_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    fs::write(&secret, "hunter2").unwrap();
    let file = format!("<!ENTITY e SYSTEM \"file://{}\">", secret.display());
    let laughs = "<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\
                  <!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY e \"&c;&c;&c;&c;\">";
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let port = server.local_addr().unwrap().port();
    let kinds = [
        "<!ENTITY e \"inside\">",
        &format!("<!ENTITY e SYSTEM \"http://127.0.0.1:{port}/x\">"),
        &format!("<!ENTITY e PUBLIC \"x\" \"http://127.0.0.1:{port}/x\">"),
        "<!ENTITY % p \"<!ENTITY e 'inside'>\"> %p;",
        &format!("<!ENTITY % p SYSTEM \"http://127.0.0.1:{port}/x.dtd\"> %p;"),
        &file,
        laughs,
    ];
    let (input, output) = (folder.path().join("in.xml"), folder.path().join("out.xml"));
    for declarations in kinds {
        // Declared and not used it harms nobody, and what is written has no trace of it.
        let harmless = declared(declarations, "&lt;&#65;&#x42;&amp;&gt;&quot;&apos;");
        let items = read_text(harmless.as_bytes()).unwrap();
        assert_eq!(cases(&items)[0].message, "<AB&>\"'", "{declarations}");
        fs::write(&input, &harmless).unwrap();
        merge(std::slice::from_ref(&input), &output).unwrap();
        assert!(!fs::read_to_string(&output).unwrap().contains("DOCTYPE"));
        fs::remove_file(&output).unwrap();
        fs::write(&input, declared(declarations, "\n&e;")).unwrap();
        let expected = format!(
            "`{}`, line 7, testsuite[0](\"s\")/testcase[0](\"t\")/failure[0]: uses the entity `e`: entities are not expanded, but for those that XML \
             itself defines",
            input.display()
        );
        assert_eq!(read(&input).unwrap_err().to_string(), expected, "{declarations}");
        let refused = merge(std::slice::from_ref(&input), &output).unwrap_err().to_string();
        assert_eq!(refused, expected);
        let named = declared(declarations, "x").replace("name=\"t\"", "name=\"&e;\"");
        fs::write(&input, named).unwrap();
        let refused = read(&input).unwrap_err().to_string();
        let expected = "line 6, testsuite[0](\"s\")/testcase[0]: is not well-formed XML in the attributes of `testcase`";
        assert!(refused.ends_with(expected), "{refused}");
        assert!(!output.exists());
    }
    assert_eq!(server.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "a visitor");
}

#[test]
fn what_is_written_is_well_formed_whatever_was_read() {
    let texts = [
        "a\u{1}b",
        "a&#1;&#x1b;&#0;&#xD800;&#99999999;&#xFFFF;b",
        "<![CDATA[a\u{8}]] ]]>]]&gt;",
        "text ]]> goes on",
        "<!-- a -- \u{2} --><?pi \u{3} ?>",
        "<x:y z='&quot;&#10;&#1;]]>'/>",
    ];
    for text in texts {
        let file = declared("<!ELEMENT a ANY>", text);
        check(file.as_bytes());
        check(file.replace("name=\"t\"", "name=\"]]>&#7;&lt;&amp;\u{1}\"").as_bytes());
        let folder = tempfile::tempdir().unwrap();
        let (input, output) = (folder.path().join("in.xml"), folder.path().join("out.xml"));
        fs::write(&input, file).unwrap();
        merge(&[input], &output).unwrap();
        let parse = "import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])";
        let mut python = Command::new("python3");
        let python = python.args(["-c", parse]).arg(&output).output();
        let python = python.expect("python3 is here: its XML reader checks ours");
        let said = String::from_utf8_lossy(&python.stderr);
        // A prefix that nobody declared is well-formed, and Python's reader asks for more.
        assert!(python.status.success() || said.contains("unbound prefix"), "{text}: {said}");
    }
}

#[test]
fn names_that_xml_does_not_allow_are_refused() {
    for (text, place) in [
        ("<testsuite><a\u{1}b/></testsuite>", "line 1, testsuite[0]/a\u{1}b[0]"),
        ("<testsuite>\n<testcase a\u{1}=\"\"/></testsuite>", "line 2, testsuite[0]/testcase[0]"),
        (
            "<testsuite name='s'>\n\n<testcase/><testcase><x 1y=\"\"/></testcase></testsuite>",
            "line 3, testsuite[0](\"s\")/testcase[1]/x[0]",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("in.xml");
        fs::write(&input, text).unwrap();
        let failure = merge(&[input], &folder.path().join("out.xml")).unwrap_err().to_string();
        let expected =
            format!(", {place}: an element or an attribute has a name that XML does not allow");
        assert!(failure.ends_with(&expected), "{text}: {failure}");
    }
}

#[test]
fn what_memory_would_not_take_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.xml");
    let beginnings = [
        "<testsuite>\n<testcase name=\"t\"><failure>",
        "<testsuite>\n<testcase name=\"t\"><failure><![CDATA[",
        "<testsuite>\n<testcase name=\"",
        "<testsuite>\n<",
        "<testsuite>\n</",
        "<testsuite>\n&",
        "<testsuite>\n<!--",
        "<testsuite>\n<?x",
        "\n<!DOCTYPE a [",
    ];
    for beginning in beginnings {
        let mut file = fs::File::create(&input).unwrap();
        file.write_all(beginning.as_bytes()).unwrap();
        // A gigabyte of zero bytes that takes no room on the disk.
        file.set_len(1 << 30).unwrap();
        let failure = read(&input).unwrap_err().to_string();
        assert!(failure.contains("in.xml`, line 2"), "{beginning}: {failure}");
        let expected = ": begins a text or an element of more than 64 MB";
        assert!(failure.ends_with(expected), "{beginning}: {failure}");
    }
    let attributes: Vec<String> = (0..1001).map(|number| format!("a{number}=\"\"")).collect();
    fs::write(&input, format!("<testsuite {}/>", attributes.join(" "))).unwrap();
    let failure = read(&input).unwrap_err().to_string();
    assert!(
        failure.ends_with("line 1, testsuite[0]: an element has more than 1000 attributes"),
        "{failure}"
    );
    let deep = "<testsuite>\n".repeat(100_000);
    fs::write(&input, deep).unwrap();
    let failure = read(&input).unwrap_err().to_string();
    let trail = vec!["testsuite[0]"; 65].join("/");
    let expected = format!("line 65, {trail}: nests elements more than 64 deep");
    assert!(failure.ends_with(&expected), "{failure}");
}

#[test]
fn an_unended_section_is_refused() {
    for text in ["<![CDATA[ x", "<!-- x", "<?x", "<!DOCTYPE a [", "&lt", "<x y=\""] {
        let failure = read_text(format!("<testsuite>\n{text}").as_bytes()).unwrap_err();
        let said = failure.to_string();
        assert!(
            said.contains("line 2, testsuite[0]: is not well-formed XML")
                || said.ends_with("ends in the middle"),
            "{text}: {said}"
        );
    }
}
