//! Expressions -> values, without running anything.

use std::rc::Rc;

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, ArrowFunctionExpression, BinaryExpression, BinaryOperator,
    CallExpression, Expression, Function, LogicalExpression, LogicalOperator, ObjectExpression,
    ObjectPropertyKind, PropertyKind, TemplateLiteral, UnaryOperator,
};

use super::api::Api;
use super::methods::{json, method_value, object_method};
use super::scope::Scopes;
use super::value::{Body, Callable, Fields, MAX_LENGTH, Origin, Value};

/// Deeper expressions are taken for unknown.
const MAX_DEPTH: usize = 300;

/// The value of an expression where these names are visible.
pub(super) fn evaluate<'a>(scopes: &Scopes<'a>, expression: &'a Expression<'a>) -> Value<'a> {
    Evaluator { scopes }.value(expression, 0)
}

/// The value of an argument; a spread one is unknown.
pub(super) fn argument<'a>(scopes: &Scopes<'a>, argument: &'a Argument<'a>) -> Value<'a> {
    argument.as_expression().map_or(Value::Unknown, |expression| evaluate(scopes, expression))
}

/// The method of a call such as `object.name(...)`, and its object.
pub(super) fn method<'a>(call: &'a CallExpression<'a>) -> Option<(&'a Expression<'a>, &'a str)> {
    let member = call.callee.get_inner_expression().as_member_expression()?;
    Some((member.object().get_inner_expression(), member.static_property_name()?))
}

struct Evaluator<'s, 'a> {
    scopes: &'s Scopes<'a>,
}

impl<'a> Evaluator<'_, 'a> {
    fn value(&self, expression: &'a Expression<'a>, depth: usize) -> Value<'a> {
        if depth > MAX_DEPTH {
            return Value::Unknown;
        }
        let depth = depth + 1;
        match expression {
            Expression::StringLiteral(text) if !text.lone_surrogates => Value::text(&text.value),
            Expression::NumericLiteral(number) => Value::Number(number.value),
            Expression::BooleanLiteral(boolean) => Value::Bool(boolean.value),
            Expression::NullLiteral(_) => Value::Null,
            Expression::RegExpLiteral(regex) => Value::Regex(
                regex.regex.pattern.text.as_str().into(),
                regex.regex.flags.to_string().into(),
            ),
            Expression::TemplateLiteral(template) => self.template(template, depth),
            Expression::Identifier(name) => match self.scopes.get(&name.name) {
                Some(value) => value.clone(),
                None if name.name == "undefined" => Value::Undefined,
                None => Value::Unknown,
            },
            Expression::ArrayExpression(array) => self.list(&array.elements, depth),
            Expression::ObjectExpression(object) => self.object(object, depth),
            Expression::ArrowFunctionExpression(function) => self.arrow(function),
            Expression::FunctionExpression(function) => callable(function, self.scopes.depth()),
            Expression::BinaryExpression(binary) => self.binary(binary, depth),
            Expression::LogicalExpression(logical) => self.logical(logical, depth),
            Expression::UnaryExpression(unary) => {
                let operand = self.value(&unary.argument, depth);
                match (unary.operator, operand) {
                    (UnaryOperator::LogicalNot, operand) => {
                        operand.truth().map_or(Value::Unknown, |truth| Value::Bool(!truth))
                    }
                    (UnaryOperator::UnaryNegation, Value::Number(number)) => Value::Number(-number),
                    (UnaryOperator::Void, _) => Value::Undefined,
                    _ => Value::Unknown,
                }
            }
            Expression::ConditionalExpression(conditional) => {
                let yes = self.value(&conditional.consequent, depth);
                let no = self.value(&conditional.alternate, depth);
                match self.value(&conditional.test, depth).truth() {
                    Some(true) => yes,
                    Some(false) => no,
                    None => either(yes, no),
                }
            }
            Expression::AwaitExpression(awaited) => self.value(&awaited.argument, depth),
            Expression::CallExpression(call) => self.call(call, depth),
            Expression::ParenthesizedExpression(inner) => self.value(&inner.expression, depth),
            Expression::TSAsExpression(inner) => self.value(&inner.expression, depth),
            Expression::TSSatisfiesExpression(inner) => self.value(&inner.expression, depth),
            Expression::TSNonNullExpression(inner) => self.value(&inner.expression, depth),
            Expression::TSTypeAssertion(inner) => self.value(&inner.expression, depth),
            Expression::TSInstantiationExpression(inner) => self.value(&inner.expression, depth),
            Expression::StaticMemberExpression(member) => {
                self.value(&member.object, depth).member(&member.property.name)
            }
            Expression::ComputedMemberExpression(member) => {
                match self.value(&member.expression, depth).to_text() {
                    Some(name) => self.value(&member.object, depth).member(&name),
                    None => Value::Unknown,
                }
            }
            _ => Value::Unknown,
        }
    }

    fn template(&self, template: &'a TemplateLiteral<'a>, depth: usize) -> Value<'a> {
        let mut text = String::new();
        for (index, quasi) in template.quasis.iter().enumerate() {
            match &quasi.value.cooked {
                Some(cooked) if !quasi.lone_surrogates => text.push_str(cooked),
                _ => return Value::Unknown,
            }
            if let Some(expression) = template.expressions.get(index) {
                match self.value(expression, depth).to_text() {
                    Some(part) => text.push_str(&part),
                    None => return Value::Unknown,
                }
            }
            if text.len() > MAX_LENGTH {
                return Value::Unknown;
            }
        }
        Value::text(&text)
    }

    fn list(&self, elements: &'a [ArrayExpressionElement<'a>], depth: usize) -> Value<'a> {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            match element {
                ArrayExpressionElement::SpreadElement(spread) => {
                    match self.value(&spread.argument, depth) {
                        Value::List(more) if items.len() + more.len() <= MAX_LENGTH => {
                            items.extend(more.iter().cloned());
                        }
                        _ => return Value::Unknown,
                    }
                }
                ArrayExpressionElement::Elision(_) => items.push(Value::Undefined),
                other => match other.as_expression() {
                    Some(expression) => items.push(self.value(expression, depth)),
                    None => return Value::Unknown,
                },
            }
        }
        Value::list(items)
    }

    fn object(&self, object: &'a ObjectExpression<'a>, depth: usize) -> Value<'a> {
        let mut fields = Fields::default();
        for property in &object.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(property) => {
                    let name = if property.computed {
                        property
                            .key
                            .as_expression()
                            .and_then(|key| self.value(key, depth).to_text())
                    } else {
                        property.key.static_name().map(|name| name.as_ref().into())
                    };
                    let value = match property.kind {
                        PropertyKind::Init => self.value(&property.value, depth),
                        PropertyKind::Get | PropertyKind::Set => Value::Unknown,
                    };
                    match name {
                        Some(name) => fields.set(name, value),
                        None => fields.blur(),
                    }
                }
                ObjectPropertyKind::SpreadProperty(spread) => {
                    match self.value(&spread.argument, depth) {
                        Value::Object(more) if !more.open => {
                            for (name, value) in &more.entries {
                                fields.set(Rc::clone(name), value.clone());
                            }
                        }
                        Value::Undefined | Value::Null | Value::Bool(false) => {}
                        _ => fields.blur(),
                    }
                }
            }
        }
        Value::Object(Rc::new(fields))
    }

    fn arrow(&self, function: &'a ArrowFunctionExpression<'a>) -> Value<'a> {
        let body = match function.body.as_function_body() {
            Some(body) => Body::Statements(&body.statements),
            None => match function.body.as_expression() {
                Some(expression) => Body::Expression(expression),
                None => return Value::Unknown,
            },
        };
        Value::Function(Callable { params: &function.params, body, depth: self.scopes.depth() })
    }

    fn binary(&self, binary: &'a BinaryExpression<'a>, depth: usize) -> Value<'a> {
        let left = self.value(&binary.left, depth);
        let right = self.value(&binary.right, depth);
        match (binary.operator, &left, &right) {
            (BinaryOperator::Addition, Value::Number(a), Value::Number(b)) => Value::Number(a + b),
            (BinaryOperator::Subtraction, Value::Number(a), Value::Number(b)) => {
                Value::Number(a - b)
            }
            (BinaryOperator::Multiplication, Value::Number(a), Value::Number(b)) => {
                Value::Number(a * b)
            }
            (BinaryOperator::Addition, Value::Text(_), _)
            | (BinaryOperator::Addition, _, Value::Text(_)) => {
                match (left.to_text(), right.to_text()) {
                    (Some(a), Some(b)) => Value::text(&format!("{a}{b}")),
                    _ => Value::Unknown,
                }
            }
            (BinaryOperator::LessThan, Value::Number(a), Value::Number(b)) => Value::Bool(a < b),
            (BinaryOperator::LessEqualThan, Value::Number(a), Value::Number(b)) => {
                Value::Bool(a <= b)
            }
            (BinaryOperator::GreaterThan, Value::Number(a), Value::Number(b)) => Value::Bool(a > b),
            (BinaryOperator::GreaterEqualThan, Value::Number(a), Value::Number(b)) => {
                Value::Bool(a >= b)
            }
            (BinaryOperator::StrictEquality, a, b) => {
                identical(a, b).map_or(Value::Unknown, Value::Bool)
            }
            (BinaryOperator::StrictInequality, a, b) => {
                identical(a, b).map_or(Value::Unknown, |same| Value::Bool(!same))
            }
            _ => Value::Unknown,
        }
    }

    fn logical(&self, logical: &'a LogicalExpression<'a>, depth: usize) -> Value<'a> {
        let left = self.value(&logical.left, depth);
        let goes_on = match logical.operator {
            LogicalOperator::And => left.truth(),
            LogicalOperator::Or => left.truth().map(|truth| !truth),
            LogicalOperator::Coalesce => match left {
                Value::Unknown | Value::Foreign(_) => None,
                Value::Undefined | Value::Null => Some(true),
                _ => Some(false),
            },
        };
        match goes_on {
            Some(true) => self.value(&logical.right, depth),
            Some(false) => left,
            None => Value::Unknown,
        }
    }

    fn call(&self, call: &'a CallExpression<'a>, depth: usize) -> Value<'a> {
        if let Some(specifier) = call.common_js_require() {
            return Value::Module(Origin::of(&specifier.value));
        }
        let first = |index: usize| {
            let expression = call.arguments.get(index).and_then(Argument::as_expression);
            expression.map_or(Value::Undefined, |expression| self.value(expression, depth))
        };
        let callee = call.callee.get_inner_expression();
        if callee.is_specific_id("defineConfig") && call.arguments.len() == 1 {
            return first(0);
        }
        if callee.is_specific_id("mergeTests")
            || matches!(self.value(callee, depth), Value::Api(Api::Extend))
        {
            return Value::Api(Api::Test);
        }
        let Some((object, name)) = method(call) else { return Value::Unknown };
        if object.is_specific_id("Object") && self.scopes.get("Object").is_none() {
            return object_method(name, &first(0));
        }
        if object.is_specific_id("JSON") && name == "stringify" && call.arguments.len() == 1 {
            return json(&first(0));
        }
        match (name, self.value(object, depth)) {
            ("extend", Value::Unknown) => Value::Api(Api::Test),
            (_, Value::Unknown) => Value::Unknown,
            (_, object) => method_value(&object, name, &first(0)),
        }
    }
}

/// A function as a value, made where `depth` scopes are visible.
pub(super) fn callable<'a>(function: &'a Function<'a>, depth: usize) -> Value<'a> {
    match &function.body {
        Some(body) if !function.generator => Value::Function(Callable {
            params: &function.params,
            body: Body::Statements(&body.statements),
            depth,
        }),
        _ => Value::Unknown,
    }
}

/// What is known of a value that is one of two: whether it declares tests.
fn either<'a>(yes: Value<'a>, no: Value<'a>) -> Value<'a> {
    match (&yes, &no) {
        (Value::Api(Api::Describe(a)), Value::Api(Api::Describe(b))) if a == b => yes,
        (Value::Api(Api::Test), Value::Api(Api::Test | Api::Modifier | Api::Fail)) => yes,
        (Value::Api(Api::Modifier | Api::Fail), Value::Api(Api::Test)) => no,
        (Value::Api(a), Value::Api(b)) if a == b => yes,
        _ => Value::Unknown,
    }
}

/// Whether two plain values are the same; none where that is not known.
fn identical(a: &Value<'_>, b: &Value<'_>) -> Option<bool> {
    let plain = |value: &Value<'_>| {
        matches!(
            value,
            Value::Undefined | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_)
        )
    };
    if !plain(a) || !plain(b) {
        return None;
    }
    Some(match (a, b) {
        (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        #[expect(clippy::float_cmp, reason = "JavaScript compares numbers exactly as well")]
        (Value::Number(a), Value::Number(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => a == b,
        _ => false,
    })
}
