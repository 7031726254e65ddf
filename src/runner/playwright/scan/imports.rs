//! Import declarations -> bindings.

use oxc_ast::ast::{ImportDeclaration, ImportDeclarationSpecifier};

use super::api::Api;
use super::value::{Origin, Value};
use super::walk::Walker;

/// Binds what a declaration imports. Whatever is imported as `test`, from any module, is taken for
/// a test object: fixture files export extended ones under that name.
pub(super) fn import<'a>(walker: &mut Walker<'a>, import: &'a ImportDeclaration<'a>) {
    let origin = Origin::of(&import.source.value);
    let Some(specifiers) = &import.specifiers else {
        // A file that is imported for what it does may declare tests.
        if origin == Origin::Project && !import.import_kind.is_type() {
            walker.outline.opaque = true;
        }
        return;
    };
    for specifier in specifiers {
        let (name, value) = match specifier {
            ImportDeclarationSpecifier::ImportSpecifier(named) => {
                let imported = named.imported.name();
                (&named.local, Value::Module(origin).member(imported.as_str()))
            }
            ImportDeclarationSpecifier::ImportDefaultSpecifier(default) => {
                let package = import.source.value.as_str();
                let playwright = ["@playwright/test", "playwright/test"].contains(&package);
                let value = if playwright || default.local.name == "test" {
                    Value::Api(Api::Test)
                } else {
                    Value::Foreign(origin)
                };
                (&default.local, value)
            }
            ImportDeclarationSpecifier::ImportNamespaceSpecifier(namespace) => {
                (&namespace.local, Value::Module(origin))
            }
        };
        walker.scopes.declare(name.name.as_str(), value);
    }
}
