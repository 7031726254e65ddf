//! The names that are visible at a place of a file, and what they are bound to.

use oxc_ast::ast::{BindingPattern, Expression};

use super::value::Value;

/// Nested scopes, the innermost last.
#[derive(Debug)]
pub(super) struct Scopes<'a> {
    scopes: Vec<Vec<(&'a str, Value<'a>)>>,
}

impl<'a> Scopes<'a> {
    /// The scope of a module.
    pub(super) fn new() -> Self {
        Self { scopes: vec![Vec::new()] }
    }

    /// How many scopes are open.
    pub(super) fn depth(&self) -> usize {
        self.scopes.len()
    }

    /// Opens a scope inside the present one.
    pub(super) fn push(&mut self) {
        self.scopes.push(Vec::new());
    }

    /// Closes the innermost scope.
    pub(super) fn pop(&mut self) {
        self.scopes.pop();
    }

    /// Hides all scopes but the outer `depth`, as a function sees them; gives the hidden ones.
    pub(super) fn hide(&mut self, depth: usize) -> Self {
        Self { scopes: self.scopes.split_off(depth.min(self.scopes.len())) }
    }

    /// Brings hidden scopes back.
    pub(super) fn restore(&mut self, mut hidden: Self) {
        self.scopes.append(&mut hidden.scopes);
    }

    /// Binds a name in the innermost scope.
    pub(super) fn declare(&mut self, name: &'a str, value: Value<'a>) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.push((name, value));
        }
    }

    /// Changes what a name is bound to, wherever it was declared.
    pub(super) fn assign(&mut self, name: &str, value: Value<'a>) {
        let names = self.scopes.iter_mut().rev().flat_map(|scope| scope.iter_mut().rev());
        if let Some(binding) = names.into_iter().find(|(bound, _)| *bound == name) {
            binding.1 = value;
        }
    }

    /// What a name is bound to; none where nothing in the file declares it.
    pub(super) fn get(&self, name: &str) -> Option<&Value<'a>> {
        let mut names = self.scopes.iter().rev().flat_map(|scope| scope.iter().rev());
        names.find(|(bound, _)| *bound == name).map(|(_, value)| value)
    }

    /// Binds the names of a pattern to the parts of a value; `default` evaluates default values.
    pub(super) fn bind(
        &mut self,
        pattern: &'a BindingPattern<'a>,
        value: &Value<'a>,
        default: &dyn Fn(&Self, &'a Expression<'a>) -> Value<'a>,
    ) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => {
                self.declare(name.name.as_str(), value.clone());
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    let part = match property.key.static_name() {
                        Some(name) if !property.computed => value.member(&name),
                        _ => Value::Unknown,
                    };
                    self.bind(&property.value, &part, default);
                }
                if let Some(rest) = &object.rest {
                    self.bind(&rest.argument, &Value::Unknown, default);
                }
            }
            BindingPattern::ArrayPattern(array) => {
                for (index, element) in array.elements.iter().enumerate() {
                    if let Some(element) = element {
                        self.bind(element, &value.member(&index.to_string()), default);
                    }
                }
                if let Some(rest) = &array.rest {
                    self.bind(&rest.argument, &Value::Unknown, default);
                }
            }
            BindingPattern::AssignmentPattern(assignment) => {
                let value = match value {
                    Value::Undefined => default(self, &assignment.right),
                    other => other.clone(),
                };
                self.bind(&assignment.left, &value, default);
            }
        }
    }
}
