//! Loops over values that are known -> one turn for each of them.

use oxc_ast::ast::{
    AssignmentOperator, BindingPattern, Expression, ForInStatement, ForOfStatement, ForStatement,
    ForStatementInit, ForStatementLeft, Statement, UpdateOperator,
};

use super::value::{Body, Callable, Value};
use super::walk::Walker;

impl<'a> Walker<'a> {
    /// `for (const pattern of list)`.
    pub(super) fn for_of(&mut self, of: &'a ForOfStatement<'a>) {
        let pattern = pattern(&of.left);
        match (pattern, self.value(&of.right)) {
            (Some(pattern), Value::List(items)) => {
                for item in items.iter() {
                    self.turn(pattern, item, &of.body);
                }
            }
            (pattern, _) => self.unknown_turns(pattern, &of.body),
        }
    }

    /// `for (const name in object)`.
    pub(super) fn for_in(&mut self, within: &'a ForInStatement<'a>) {
        let pattern = pattern(&within.left);
        match (pattern, self.value(&within.right)) {
            (Some(pattern), Value::Object(fields)) if !fields.open => {
                for (name, _) in &fields.entries {
                    self.turn(pattern, &Value::Text(name.clone()), &within.body);
                }
            }
            (pattern, _) => self.unknown_turns(pattern, &within.body),
        }
    }

    /// `for (let i = 0; i < 3; i++)`.
    pub(super) fn for_counted(&mut self, counted: &'a ForStatement<'a>) {
        self.scopes.push();
        if let Some(ForStatementInit::VariableDeclaration(declaration)) = &counted.init {
            self.variables(declaration);
        }
        let stride = counted.update.as_ref().and_then(stride);
        match (&counted.test, stride) {
            (Some(test), Some((name, by))) => {
                while let Some(true) = self.value(test).truth() {
                    if !self.step() {
                        break;
                    }
                    self.run_body(Body::Statements(std::slice::from_ref(&counted.body)));
                    let Some(Value::Number(number)) = self.scopes.get(name) else { break };
                    let next = Value::Number(number + by);
                    self.scopes.assign(name, next);
                }
                if self.value(test).truth().is_none() {
                    self.unknown_turns(None, &counted.body);
                }
            }
            _ => self.unknown_turns(None, &counted.body),
        }
        self.scopes.pop();
    }

    /// `list.forEach(callback)`.
    pub(super) fn each(&mut self, items: &[Value<'a>], callback: Callable<'a>) {
        for (index, item) in (0_u32..).zip(items) {
            self.invoke(callback, &[item.clone(), Value::Number(index.into())]);
        }
    }

    fn turn(&mut self, pattern: &'a BindingPattern<'a>, item: &Value<'a>, body: &'a Statement<'a>) {
        if !self.step() {
            return;
        }
        self.scopes.push();
        self.bind(pattern, item);
        self.run_body(Body::Statements(std::slice::from_ref(body)));
        self.scopes.pop();
    }

    fn unknown_turns(&mut self, pattern: Option<&'a BindingPattern<'a>>, body: &'a Statement<'a>) {
        self.in_doubt(|walker| {
            walker.scopes.push();
            if let Some(pattern) = pattern {
                walker.bind(pattern, &Value::Unknown);
            }
            walker.run_body(Body::Statements(std::slice::from_ref(body)));
            walker.scopes.pop();
        });
    }
}

/// The pattern that a loop declares.
fn pattern<'a>(left: &'a ForStatementLeft<'a>) -> Option<&'a BindingPattern<'a>> {
    match left {
        ForStatementLeft::VariableDeclaration(declaration) => {
            declaration.declarations.first().map(|declarator| &declarator.id)
        }
        _ => None,
    }
}

/// The variable that a loop counts with, and by how much.
fn stride<'a>(update: &'a Expression<'a>) -> Option<(&'a str, f64)> {
    if let Expression::UpdateExpression(update) = update {
        let by = if update.operator == UpdateOperator::Increment { 1.0 } else { -1.0 };
        return Some((update.argument.get_identifier_name()?, by));
    }
    if let Expression::AssignmentExpression(assignment) = update
        && assignment.operator == AssignmentOperator::Addition
        && let Expression::NumericLiteral(number) = &assignment.right
    {
        return Some((assignment.left.get_identifier_name()?, number.value));
    }
    None
}
