//! Calls of the test object -> suites and tests of the outline.

use oxc_ast::ast::{CallExpression, MemberExpression};
use oxc_span::GetSpan;

use super::api::Api;
use super::calls::spreads;
use super::outline::{Mode, Place, SuiteNode, TestNode};
use super::value::Value;
use super::walk::Walker;

impl<'a> Walker<'a> {
    /// Does what a call of the test object or one of its members does.
    pub(super) fn declare(&mut self, api: Api, call: &'a CallExpression<'a>) {
        match api {
            Api::Inert | Api::Extend => {}
            Api::HookAll if self.doubtful() => self.outline.opaque = true,
            Api::HookAll => self.outline.suites[self.suite].hooks = true,
            _ if spreads(call) => self.outline.opaque = true,
            Api::Configure => self.configure(call),
            Api::Test => self.test(call, Focus::No),
            Api::TestOnly => self.test(call, Focus::Yes),
            Api::Modifier | Api::Fail => self.modifier(call),
            Api::Describe(mode) => self.describe(call, mode, Focus::No),
            Api::DescribeOnly(mode) => self.describe(call, mode, Focus::Yes),
        }
    }

    /// Where Playwright says that a declaration is: at the name that is called.
    fn place(&self, call: &'a CallExpression<'a>) -> Place {
        let callee = &call.callee;
        let offset = callee
            .as_member_expression()
            .and_then(MemberExpression::static_property_info)
            .map_or(callee.span().start, |(span, _)| span.start);
        self.lines.place(offset)
    }

    fn test(&mut self, call: &'a CallExpression<'a>, focus: Focus) {
        let arguments = self.arguments(call);
        let title = arguments.first().and_then(Value::as_text);
        let tags = match arguments.as_slice() {
            [_, details, _, ..] => tags(details),
            _ => Some(Vec::new()),
        };
        if self.doubtful() || tags.is_none() {
            self.outline.opaque = true;
        }
        match title {
            Some(title) if !self.doubtful() => {
                let place = self.place(call);
                self.outline.tests.push(TestNode {
                    suite: self.suite,
                    title: title.to_owned(),
                    tags: tags.unwrap_or_default(),
                    only: focus == Focus::Yes,
                    place,
                });
            }
            _ => self.outline.opaque = true,
        }
    }

    /// `skip`, `fixme` and `fail` declare a test if they get a title and a body; otherwise they
    /// annotate the scope.
    fn modifier(&mut self, call: &'a CallExpression<'a>) {
        let arguments = self.arguments(call);
        match arguments.as_slice() {
            [] | [_] | [Value::Function(_), ..] => {}
            [.., Value::Function(_)] => self.test(call, Focus::No),
            // A body that is not known and a reason that is not known look alike.
            [Value::Text(_), .., Value::Unknown | Value::Foreign(_)] => self.outline.opaque = true,
            _ => {}
        }
    }

    fn describe(&mut self, call: &'a CallExpression<'a>, mode: Mode, focus: Focus) {
        let arguments = self.arguments(call);
        let (title, details, body) = match arguments.as_slice() {
            [body @ Value::Function(_), ..] => ("", None, body),
            [title, body] => (title.as_text().unwrap_or_default(), None, body),
            [title, details, body, ..] => {
                (title.as_text().unwrap_or_default(), Some(details), body)
            }
            _ => return self.outline.opaque = true,
        };
        let Value::Function(body) = body else { return self.outline.opaque = true };
        let known = matches!(arguments[0], Value::Text(_) | Value::Function(_));
        let tags = details.map_or(Some(Vec::new()), tags);
        let place = self.place(call);
        let inside = self.outline.suites.len();
        self.outline.suites.push(SuiteNode {
            parent: Some(self.suite),
            title: title.to_owned(),
            tags: tags.clone().unwrap_or_default(),
            mode,
            only: focus == Focus::Yes,
            hooks: false,
            place,
        });
        let outer = std::mem::replace(&mut self.suite, inside);
        if known && tags.is_some() {
            self.invoke(*body, &[]);
        } else {
            self.in_doubt(|walker| walker.invoke(*body, &[]));
        }
        self.suite = outer;
    }

    fn configure(&mut self, call: &'a CallExpression<'a>) {
        let mode =
            self.arguments(call).first().map_or(Value::Unknown, |options| options.member("mode"));
        let mode = match mode {
            Value::Undefined => return,
            Value::Text(text) if !self.doubtful() => match &*text {
                "serial" => Some(Mode::Serial),
                "parallel" => Some(Mode::Parallel),
                "default" => Some(Mode::Default),
                _ => None,
            },
            _ => None,
        };
        match mode {
            Some(mode) => self.outline.suites[self.suite].mode = mode,
            None => self.outline.opaque = true,
        }
    }
}

/// Whether a declaration is focused by `only`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Yes,
    No,
}

/// The tags of the details of a test or suite; none where they are not known.
fn tags(details: &Value<'_>) -> Option<Vec<String>> {
    match details {
        Value::Undefined | Value::Null | Value::Function(_) => Some(Vec::new()),
        Value::Object(fields) => match fields.get("tag") {
            Value::Undefined => Some(Vec::new()),
            Value::Text(tag) => Some(vec![tag.to_string()]),
            Value::List(tags) => tags.iter().map(|tag| tag.as_text().map(str::to_owned)).collect(),
            _ => None,
        },
        _ => None,
    }
}
