//! One rule of reading each.

use super::{body, read, titles};
use crate::runner::playwright::scan::outline::{Mode, Place};
use crate::runner::playwright::scan::parse::outline;
use crate::runner::playwright::scan::titles::{full_title, tags};

/// Statements, and the titles that they declare without doubt.
fn declares(source: &str, expected: &[&str]) {
    let outline = body(source);
    assert_eq!(
        (titles(&outline), outline.opaque),
        (expected.iter().map(ToString::to_string).collect(), false),
        "{source}"
    );
}

/// Statements that leave something to be found out, and what is known all the same.
fn leaves_open(source: &str, known: &[&str]) {
    let outline = body(source);
    assert_eq!(
        (titles(&outline), outline.opaque),
        (known.iter().map(ToString::to_string).collect(), true),
        "{source}"
    );
}

#[test]
fn every_way_to_declare_a_test_is_read() {
    declares("test('a', () => {})", &["a"]);
    declares("test('a', { tag: '@x' }, async ({ page }) => {})", &["a"]);
    declares("test.only('a', () => {}); test.fail.only('b', () => {})", &["a", "b"]);
    declares(
        "test.skip('a', () => {}); test.fixme('b', {}, () => {}); test.fail('c', () => {})",
        &["a", "b", "c"],
    );
    declares("test.describe('o', () => { test('a', function () {}); })", &["o > a"]);
    declares("test.describe(() => { test('a', () => {}); })", &["a"]);
    declares(
        "test.describe.serial.only('o', () => { test.describe.skip('i', () => { test('a', () => {}) }) })",
        &["o > i > a"],
    );
}

#[test]
fn what_only_looks_like_a_test_is_none() {
    declares(
        "test.skip(true, 'why'); test.skip(({ page }) => !page, 'why'); test.fixme(); test.slow(); test.use({}); test('a', async () => { test.skip(); await test.step('s', async () => { test('no', () => {}) }) })",
        &["a"],
    );
    declares(
        "test.beforeEach(async () => { test('no', () => {}) }); test.beforeAll('named', async () => {});",
        &[],
    );
}

#[test]
fn test_objects_are_known_under_any_name() {
    for source in [
        "import { test as it } from '@playwright/test'; it('a', () => {})",
        "import it from '@playwright/test'; it('a', () => {})",
        "import * as pw from '@playwright/test'; pw.test('a', () => {})",
        "import { test } from './fixtures'; const it = test; it('a', () => {})",
        "import { test as base } from './base'; const mine = base.extend<{}>({}); mine('a', () => {})",
        "import { mergeTests } from '@playwright/test'; import { x, y } from './z'; const t = mergeTests(x, y); t('a', () => {})",
        "const { test: t } = require('@playwright/test'); t('a', () => {})",
        "const t = require('@playwright/test').test; t('a', () => {})",
        "import { loggedIn } from './fixtures'; loggedIn('a', async ({ page }) => {})",
        "import { test } from './f'; const { describe } = test; describe('', () => test('a', () => {}))",
        "import { test } from './f'; (process.env.CI ? test.skip : test)('a', () => {})",
    ] {
        let outline = read(source);
        assert_eq!((titles(&outline), outline.opaque), (vec!["a".to_owned()], false), "{source}");
    }
}

#[test]
fn titles_are_put_together_from_literals() {
    declares("const p = 'x'; test(`${p}-${1 + 1}` + ' end', () => {})", &["x-2 end"]);
    declares(
        "const o = { a: { b: 'deep' } } as const; test(o.a.b, () => {}); test(o['a']['b'] + 2, () => {})",
        &["deep", "deep2"],
    );
    declares(
        "test('a'.toUpperCase() + 'b'.repeat(3) + [1, 'c'].join('-'), () => {})",
        &["Abbb1-c"],
    );
    declares(
        r#"test(`with ${JSON.stringify({ q: "x", n: [1, null] })}`, () => {})"#,
        &[r#"with {"q":"x","n":[1,null]}"#],
    );
    declares(r"test('\u001b[31m › > ]]> 😀 \\', () => {})", &["\u{1b}[31m › > ]]> 😀 \\"]);
    leaves_open("test(`on ${process.platform}`, () => {}); test('a', () => {})", &["a"]);
    leaves_open("test.describe(name, () => { test('a', () => {}) })", &[]);
}

#[test]
fn loops_over_literals_are_expanded() {
    declares("for (const x of ['a', 'b']) test(x, () => {})", &["a", "b"]);
    declares(
        "for (const { n, m = 'z' } of [{ n: 1 }, { n: 2, m: 'y' }]) { test(`${n}${m}`, () => {}) }",
        &["1z", "2y"],
    );
    declares("['a', 'b'].forEach((x, i) => { test(`${i}${x}`, () => {}) })", &["0a", "1b"]);
    declares(
        "for (const [k, v] of Object.entries({ a: 1, b: 2 })) test(k + v, () => {})",
        &["a1", "b2"],
    );
    declares("for (let i = 0; i < 3; i++) test(`n${i}`, () => {})", &["n0", "n1", "n2"]);
    declares(
        "for (const x of [1, 2, 3]) { if (x === 2) continue; test(`n${x}`, () => {}) }",
        &["n1", "n3"],
    );
    declares("for (const k in { a: 1 }) test(k, () => {})", &["a"]);
    leaves_open("for (const x of load()) test(`${x}`, () => {})", &[]);
    leaves_open("for (const x of [1, 2]) { test(`n${x}`, () => {}); break; }", &["n1", "n2"]);
}

#[test]
fn lists_that_are_changed_are_not_known() {
    leaves_open("const l = ['a']; l.push('b'); for (const x of l) test(x, () => {})", &[]);
    leaves_open("const l = ['a']; l[0] = 'b'; for (const x of l) test(x, () => {})", &[]);
    leaves_open("const l = ['a']; fill(l); for (const x of l) test(x, () => {})", &[]);
    leaves_open("let t = 'a'; if (process.env.X) t = 'b'; test(t, () => {})", &[]);
    declares("let t = 'a'; t = 'b'; test(t, () => {})", &["b"]);
}

#[test]
fn the_functions_of_the_file_are_followed() {
    declares(
        "function both(who) { test(`${who} in`, () => {}); test(`${who} out`, () => {}) } both('x'); both('y')",
        &["x in", "x out", "y in", "y out"],
    );
    declares("const suite = () => { test('a', () => {}) }; test.describe('o', suite)", &["o > a"]);
    declares(
        "const n = 'outer'; function f() { test(n, () => {}) } for (const n of ['inner']) f()",
        &["outer"],
    );
    declares(
        "function f(x) { if (x === 'no') return; test(x, () => {}) } f('no'); f('yes')",
        &["yes"],
    );
    leaves_open("function f() { f(); f() } f()", &[]);
    leaves_open("function f(x) { if (unknown) return; test('a', () => {}) } f()", &[]);
}

#[test]
fn what_may_happen_or_not_leaves_the_file_open() {
    leaves_open("if (process.env.CI) test('a', () => {}); test('b', () => {})", &["b"]);
    leaves_open("process.env.CI && test('a', () => {})", &[]);
    leaves_open("process.env.CI ? test('a', () => {}) : test('b', () => {})", &[]);
    leaves_open("while (more()) test('a', () => {})", &[]);
    leaves_open("switch (x) { case 1: test('a', () => {}); break }", &[]);
    leaves_open(
        "if (x) test.describe.configure({ mode: 'parallel' }); test('a', () => {})",
        &["a"],
    );
    leaves_open("declareAll(test)", &[]);
    leaves_open("withUser('x', () => { test('a', () => {}) })", &[]);
    leaves_open("import { more } from './more'; more(); test('a', () => {})", &["a"]);
    leaves_open("import './more.tests'; test('a', () => {})", &["a"]);
    leaves_open("test('a', { tag: tags.smoke }, () => {})", &["a"]);
    declares("if (true) test('a', () => {}); else test('b', () => {})", &["a"]);
    declares("if (process.env.CI) setUp(); dotenv.config(); test('a', () => {})", &["a"]);
}

#[test]
fn tags_come_from_titles_suites_and_details() {
    let outline = body(
        "test.describe('o @t1', { tag: ['@d1', '@d2'] }, () => { test('a @t2 b', { tag: '@own' }, () => {}) })",
    );
    let test = &outline.tests[0];
    assert_eq!(
        tags(&["@all".into()], &outline, test),
        ["@all", "@t1", "@d1", "@d2", "@t2", "@own"]
    );
    assert_eq!(
        full_title("p", "f.spec.ts", &["@all".into()], &outline, test),
        "p f.spec.ts @all o @t1 @d1 @d2 a @t2 b @own"
    );
}

#[test]
fn modes_and_hooks_belong_to_the_scope_around_them() {
    let outline = body(
        "test.describe('o', () => { test.describe.configure({ mode: 'serial', retries: 2 }); test.afterAll(() => {}); test.describe.parallel('i', () => {}) }); test.describe.configure({ timeout: 1 })",
    );
    let seen: Vec<_> = outline.suites.iter().map(|suite| (suite.mode, suite.hooks)).collect();
    assert_eq!(seen, [(Mode::None, false), (Mode::Serial, true), (Mode::Parallel, false)]);
}

#[test]
fn places_are_those_of_the_called_name_in_utf_16() {
    let outline = body("/* 😀 */ test('a', () => {});\n  test.only('b', () => {});");
    let places: Vec<_> = outline.tests.iter().map(|test| test.place).collect();
    assert_eq!(places, [Place { line: 2, column: 10 }, Place { line: 3, column: 8 }]);
}

#[test]
fn a_syntax_error_says_where_it_is() {
    let error = outline("tests/a.spec.ts", "const a = 1;\nconst = 2;").unwrap_err();
    assert_eq!((error.file.as_str(), error.line, error.column), ("tests/a.spec.ts", 2, 7));
    assert!(error.to_string().starts_with("syntax error in `tests/a.spec.ts:2:7`: "), "{error}");
}

#[test]
fn only_keeps_the_innermost_focus() {
    let outline = body(
        "test.describe.only('o', () => { test.only('a', () => {}); test('b', () => {}) }); test.describe.only('p', () => { test('c', () => {}) }); test('d', () => {})",
    );
    let kept: Vec<_> = outline.tests.iter().map(|test| outline.focused(test)).collect();
    assert_eq!(kept, [true, false, true, false]);
}
