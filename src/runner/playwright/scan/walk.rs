//! The statements of a file -> its outline: what loading the file would do, step by step.

use oxc_ast::ast::{
    BindingPattern, Declaration, Expression, Program, Statement, VariableDeclaration,
};

use super::evaluate::{callable, evaluate};
use super::imports;
use super::outline::Outline;
use super::place::Lines;
use super::scope::Scopes;
use super::value::{Body, Callable, Value};

/// After so many statements and calls a file is taken for opaque: loops in loops may multiply.
const MAX_STEPS: u32 = 200_000;

/// Functions that call functions are followed so deep.
const MAX_CALLS: u32 = 40;

/// Walks one file. Where it is in doubt whether or how often something happens, nothing that
/// happens there is listed, and the file becomes opaque if it would have declared something.
pub(super) struct Walker<'a> {
    pub(super) lines: Lines<'a>,
    pub(super) scopes: Scopes<'a>,
    pub(super) outline: Outline,
    /// The suite that is being declared.
    pub(super) suite: usize,
    /// Above zero: what is being walked may happen or not.
    doubt: u32,
    /// The doubt in which the innermost function was entered.
    entered: u32,
    /// The rest of the innermost function does not happen.
    stopped: bool,
    /// How many `switch` statements of the function are open: a `break` leaves only them.
    switches: u32,
    steps: u32,
    calls: u32,
    /// Something was called that nothing is known of.
    pub(super) unresolved: bool,
}

impl<'a> Walker<'a> {
    /// A walker at the beginning of a file.
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            lines: Lines::new(source),
            scopes: Scopes::new(),
            outline: Outline::new(),
            suite: 0,
            doubt: 0,
            entered: 0,
            stopped: false,
            switches: 0,
            steps: 0,
            calls: 0,
            unresolved: false,
        }
    }

    /// Walks a whole file.
    pub(super) fn program(&mut self, program: &'a Program<'a>) {
        self.block(&program.body);
    }

    /// The outline of what was walked. A file in which nothing was found, though it calls things
    /// that are not known, is opaque.
    pub(super) fn finish(mut self) -> Outline {
        self.outline.opaque |= self.unresolved && self.outline.tests.is_empty();
        self.outline
    }

    /// The value of an expression here.
    pub(super) fn value(&self, expression: &'a Expression<'a>) -> Value<'a> {
        evaluate(&self.scopes, expression)
    }

    /// Whether what is being walked may not happen.
    pub(super) fn doubtful(&self) -> bool {
        self.doubt > 0
    }

    /// Walks what may happen or not, or an unknown number of times.
    pub(super) fn in_doubt(&mut self, walk: impl FnOnce(&mut Self)) {
        self.doubt += 1;
        walk(self);
        self.doubt -= 1;
    }

    /// Counts a step; false when there were too many.
    pub(super) fn step(&mut self) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            self.outline.opaque = true;
        }
        self.steps <= MAX_STEPS
    }

    /// Calls a function of the file.
    pub(super) fn invoke(&mut self, function: Callable<'a>, arguments: &[Value<'a>]) {
        if self.calls >= MAX_CALLS || !self.step() {
            self.outline.opaque = true;
            return;
        }
        self.calls += 1;
        let hidden = self.scopes.hide(function.depth);
        self.scopes.push();
        for (index, parameter) in function.params.items.iter().enumerate() {
            let mut value = arguments.get(index).cloned().unwrap_or(Value::Undefined);
            if let (Value::Undefined, Some(initial)) = (&value, &parameter.initializer) {
                value = self.value(initial);
            }
            self.bind(&parameter.pattern, &value);
        }
        if let Some(rest) = &function.params.rest {
            self.bind(&rest.rest.argument, &Value::Unknown);
        }
        self.run_body(function.body);
        self.scopes.pop();
        self.scopes.restore(hidden);
        self.calls -= 1;
    }

    /// Runs the body of a function or of one turn of a loop: leaving it early ends only itself.
    pub(super) fn run_body(&mut self, body: Body<'a>) {
        let saved = (self.doubt, self.entered, self.stopped, self.switches);
        self.entered = self.doubt;
        (self.stopped, self.switches) = (false, 0);
        match body {
            Body::Statements(statements) => {
                self.scopes.push();
                self.block(statements);
                self.scopes.pop();
            }
            Body::Expression(expression) => self.effects(expression),
        }
        (self.doubt, self.entered, self.stopped, self.switches) = saved;
    }

    /// Binds the names of a pattern.
    pub(super) fn bind(&mut self, pattern: &'a BindingPattern<'a>, value: &Value<'a>) {
        self.scopes.bind(pattern, value, &|scopes, expression| evaluate(scopes, expression));
    }

    /// Walks statements in the present scope; functions are known before they are declared.
    pub(super) fn block(&mut self, statements: &'a [Statement<'a>]) {
        for statement in statements {
            self.hoist(statement);
        }
        for statement in statements {
            if self.stopped || !self.step() {
                return;
            }
            self.statement(statement);
        }
    }

    fn hoist(&mut self, statement: &'a Statement<'a>) {
        let function = match statement {
            Statement::FunctionDeclaration(function) => function,
            Statement::ExportDeclaration(export) => match &export.declaration {
                Declaration::FunctionDeclaration(function) => function,
                _ => return,
            },
            _ => return,
        };
        if let Some(name) = &function.id {
            let value = callable(function, self.scopes.depth());
            self.scopes.declare(name.name.as_str(), value);
        }
    }

    /// Walks a statement in a scope of its own.
    pub(super) fn scoped(&mut self, statement: &'a Statement<'a>) {
        self.scopes.push();
        self.statement(statement);
        self.scopes.pop();
    }

    fn statement(&mut self, statement: &'a Statement<'a>) {
        match statement {
            Statement::ExpressionStatement(statement) => self.effects(&statement.expression),
            Statement::VariableDeclaration(declaration) => self.variables(declaration),
            Statement::ImportDeclaration(import) => imports::import(self, import),
            Statement::ExportDeclaration(export) => {
                if let Declaration::VariableDeclaration(declaration) = &export.declaration {
                    self.variables(declaration);
                }
            }
            Statement::BlockStatement(block) => {
                self.scopes.push();
                self.block(&block.body);
                self.scopes.pop();
            }
            Statement::IfStatement(branch) => self.branch(
                self.value(&branch.test).truth(),
                |walker| walker.scoped(&branch.consequent),
                |walker| {
                    if let Some(alternate) = &branch.alternate {
                        walker.scoped(alternate);
                    }
                },
            ),
            Statement::ForOfStatement(of) => self.for_of(of),
            Statement::ForInStatement(within) => self.for_in(within),
            Statement::ForStatement(counted) => self.for_counted(counted),
            Statement::WhileStatement(repeat) => {
                self.in_doubt(|walker| walker.scoped(&repeat.body));
            }
            Statement::DoWhileStatement(repeat) => {
                self.in_doubt(|walker| walker.scoped(&repeat.body));
            }
            Statement::SwitchStatement(switch) => {
                self.switches += 1;
                self.in_doubt(|walker| {
                    for case in &switch.cases {
                        walker.scopes.push();
                        walker.block(&case.consequent);
                        walker.scopes.pop();
                    }
                });
                self.switches -= 1;
            }
            Statement::TryStatement(attempt) => {
                self.scopes.push();
                self.block(&attempt.block.body);
                self.scopes.pop();
                let handler = attempt.handler.as_ref().map(|handler| &handler.body);
                for block in handler.into_iter().chain(&attempt.finalizer) {
                    self.in_doubt(|walker| {
                        walker.scopes.push();
                        walker.block(&block.body);
                        walker.scopes.pop();
                    });
                }
            }
            Statement::LabeledStatement(labeled) => self.scoped(&labeled.body),
            Statement::ReturnStatement(leave) => {
                if let Some(expression) = &leave.argument {
                    self.effects(expression);
                }
                self.leave();
            }
            Statement::ThrowStatement(_) | Statement::ContinueStatement(_) => self.leave(),
            Statement::BreakStatement(_) if self.switches > 0 => {}
            // How many turns the loop makes is then not known.
            Statement::BreakStatement(_) => self.outline.opaque = true,
            _ => {}
        }
    }

    /// The rest of the function does not happen, or may not.
    fn leave(&mut self) {
        if self.doubt > self.entered {
            self.doubt += 1;
        } else {
            self.stopped = true;
        }
    }

    /// Walks the branch that is taken, or both in doubt.
    pub(super) fn branch(
        &mut self,
        condition: Option<bool>,
        yes: impl FnOnce(&mut Self),
        no: impl FnOnce(&mut Self),
    ) {
        match condition {
            Some(true) => yes(self),
            Some(false) => no(self),
            None => {
                self.in_doubt(yes);
                self.in_doubt(no);
            }
        }
    }

    /// Binds what a declaration declares.
    pub(super) fn variables(&mut self, declaration: &'a VariableDeclaration<'a>) {
        for declarator in &declaration.declarations {
            let value = match &declarator.init {
                Some(initial) => {
                    self.nested_effects(initial);
                    self.value(initial)
                }
                None => Value::Undefined,
            };
            self.bind(&declarator.id, &value);
        }
    }
}
