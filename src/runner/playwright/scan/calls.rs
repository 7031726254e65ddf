//! What the expressions of a file do when it is loaded: calls of the test object, of the file's
//! own functions and of things that are not known.

use oxc_ast::ast::{
    Argument, AssignmentOperator, AssignmentTarget, BindingPattern, CallExpression, ChainElement,
    Expression, LogicalOperator,
};

use super::evaluate::{argument, method};
use super::value::{Callable, Origin, Value};
use super::walk::Walker;

/// Methods of lists, objects and texts that change nothing.
const PURE: [&str; 20] = [
    "forEach", "map", "filter", "entries", "keys", "values", "join", "slice", "concat", "includes",
    "indexOf", "find", "some", "every", "flatMap", "flat", "reduce", "at", "toString", "length",
];

impl<'a> Walker<'a> {
    /// Walks an expression for what it does.
    pub(super) fn effects(&mut self, expression: &'a Expression<'a>) {
        if !self.step() {
            return;
        }
        match expression.get_inner_expression() {
            Expression::CallExpression(call) => self.call(call),
            Expression::ChainExpression(chain) => {
                if let ChainElement::CallExpression(call) = &chain.expression {
                    self.in_doubt(|walker| walker.call(call));
                }
            }
            Expression::AwaitExpression(awaited) => self.effects(&awaited.argument),
            Expression::UnaryExpression(unary) => self.effects(&unary.argument),
            Expression::LogicalExpression(logical) => {
                self.effects(&logical.left);
                let truth = self.value(&logical.left).truth();
                let goes_on = match logical.operator {
                    LogicalOperator::And => truth,
                    LogicalOperator::Or => truth.map(|truth| !truth),
                    LogicalOperator::Coalesce => None,
                };
                self.branch(goes_on, |walker| walker.effects(&logical.right), |_| {});
            }
            Expression::ConditionalExpression(conditional) => self.branch(
                self.value(&conditional.test).truth(),
                |walker| walker.effects(&conditional.consequent),
                |walker| walker.effects(&conditional.alternate),
            ),
            Expression::SequenceExpression(sequence) => {
                for expression in &sequence.expressions {
                    self.effects(expression);
                }
            }
            Expression::AssignmentExpression(assignment) => {
                self.nested_effects(&assignment.right);
                let plain = assignment.operator == AssignmentOperator::Assign && !self.doubtful();
                let value = if plain { self.value(&assignment.right) } else { Value::Unknown };
                self.assign(&assignment.left, value);
            }
            Expression::UpdateExpression(update) => {
                if let Some(name) = update.argument.get_identifier_name() {
                    self.scopes.assign(name, Value::Unknown);
                }
            }
            _ => {}
        }
    }

    /// Walks an expression whose value is used: a call of something unknown is then not taken for
    /// one that declares tests.
    pub(super) fn nested_effects(&mut self, expression: &'a Expression<'a>) {
        let expression = expression.get_inner_expression();
        if let Expression::CallExpression(call) = expression {
            match self.value(&call.callee) {
                Value::Api(_) | Value::Function(_) => self.call(call),
                _ => self.hand_over(call),
            }
        } else if let Expression::AwaitExpression(awaited) = expression {
            self.nested_effects(&awaited.argument);
        }
    }

    /// Sets a variable; setting a part of it makes the whole unknown.
    fn assign(&mut self, target: &'a AssignmentTarget<'a>, value: Value<'a>) {
        if let AssignmentTarget::AssignmentTargetIdentifier(name) = target {
            self.scopes.assign(&name.name, value);
        } else if let Some(member) = target.as_member_expression() {
            self.forget(member.object());
        }
    }

    /// What a variable holds may have been changed.
    fn forget(&mut self, expression: &Expression<'a>) {
        let mut root = expression.get_inner_expression();
        while let Some(member) = root.as_member_expression() {
            root = member.object().get_inner_expression();
        }
        if let Expression::Identifier(name) = root
            && let Some(Value::List(_) | Value::Object(_)) = self.scopes.get(&name.name)
        {
            self.scopes.assign(&name.name, Value::Unknown);
        }
    }

    fn call(&mut self, call: &'a CallExpression<'a>) {
        match self.value(&call.callee) {
            Value::Api(api) => self.declare(api, call),
            Value::Function(function) => {
                let arguments: Vec<_> = self.arguments(call);
                self.invoke(function, &arguments);
            }
            callee => {
                if let Some((object, "forEach" | "map")) = method(call)
                    && let Value::List(items) = self.value(object)
                    && let Some(Value::Function(callback)) = self.arguments(call).first()
                {
                    return self.each(&items, *callback);
                }
                if let Value::Foreign(Origin::Project) = callee {
                    if self.looks_like_test(call) {
                        return self.declare(super::api::Api::Test, call);
                    }
                    self.outline.opaque = true;
                }
                self.unresolved = true;
                self.hand_over(call);
            }
        }
    }

    /// The values of a call's arguments.
    pub(super) fn arguments(&self, call: &'a CallExpression<'a>) -> Vec<Value<'a>> {
        call.arguments.iter().map(|item| argument(&self.scopes, item)).collect()
    }

    /// Something unknown gets these arguments: it may declare tests with the test object, call the
    /// functions, change the lists.
    fn hand_over(&mut self, call: &'a CallExpression<'a>) {
        if let Some((object, name)) = method(call) {
            if !PURE.contains(&name) {
                self.forget(object);
            }
            self.nested_effects(object);
        }
        for item in &call.arguments {
            match argument(&self.scopes, item) {
                Value::Api(_) => self.outline.opaque = true,
                Value::Function(function) => {
                    let unknown = vec![Value::Unknown; function.params.items.len()];
                    self.in_doubt(|walker| walker.invoke(function, &unknown));
                }
                _ => {
                    if let Some(expression) = item.as_expression() {
                        self.nested_effects(expression);
                        if !matches!(method(call), Some((_, name)) if PURE.contains(&name)) {
                            self.forget(expression);
                        }
                    }
                }
            }
        }
    }

    /// Whether a call of something imported reads like `loggedIn('title', async ({ page }) => {})`:
    /// only a test's function takes fixtures.
    fn looks_like_test(&self, call: &'a CallExpression<'a>) -> bool {
        let arguments = self.arguments(call);
        let fixtures = |function: &Callable<'a>| {
            let first = function.params.items.first();
            first.is_some_and(|first| matches!(first.pattern, BindingPattern::ObjectPattern(_)))
        };
        match arguments.as_slice() {
            [Value::Text(_), .., Value::Function(function)] => fixtures(function),
            _ => false,
        }
    }
}

/// Whether arguments are spread, so that their number is not known.
pub(super) fn spreads(call: &CallExpression<'_>) -> bool {
    call.arguments.iter().any(Argument::is_spread)
}
