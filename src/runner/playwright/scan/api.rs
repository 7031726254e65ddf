//! The members of Playwright's test object, as far as they declare tests or arrange them.

use super::outline::Mode;

/// What a call would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Api {
    /// `test`: declares a test; its members are the other calls.
    Test,
    /// `test.only`, `test.fail.only`.
    TestOnly,
    /// `test.skip`, `test.fixme`: declare a test or annotate the scope, by their arguments.
    Modifier,
    /// `test.fail`: like the modifiers, and has `only`.
    Fail,
    /// `test.describe` and its kinds.
    Describe(Mode),
    /// `test.describe.only` and its kinds.
    DescribeOnly(Mode),
    /// `test.describe.configure`.
    Configure,
    /// `test.beforeAll`, `test.afterAll`.
    HookAll,
    /// `test.extend`, `mergeTests`: gives a test object.
    Extend,
    /// Everything that declares no test: `use`, `step`, `beforeEach`, `info`, `expect` and so on.
    Inert,
}

impl Api {
    /// A member of the test object or of one of its members.
    pub(super) fn member(self, name: &str) -> Option<Self> {
        match self {
            Self::Test => Some(match name {
                "only" => Self::TestOnly,
                "skip" | "fixme" => Self::Modifier,
                "fail" => Self::Fail,
                "describe" => Self::Describe(Mode::None),
                "beforeAll" | "afterAll" => Self::HookAll,
                "extend" => Self::Extend,
                _ => Self::Inert,
            }),
            Self::Fail => (name == "only").then_some(Self::TestOnly),
            Self::Describe(mode) => match name {
                "serial" => Some(Self::Describe(Mode::Serial)),
                "parallel" => Some(Self::Describe(Mode::Parallel)),
                "skip" | "fixme" => Some(Self::Describe(mode)),
                "only" => Some(Self::DescribeOnly(mode)),
                "configure" => Some(Self::Configure),
                _ => None,
            },
            Self::Inert => Some(Self::Inert),
            Self::TestOnly
            | Self::Modifier
            | Self::DescribeOnly(_)
            | Self::Configure
            | Self::HookAll
            | Self::Extend => None,
        }
    }

    /// A member whose name alone says that its object, imported under any name, is a test object.
    pub(super) fn of_foreign_member(name: &str) -> Option<Self> {
        let telling = matches!(
            name,
            "describe" | "beforeAll" | "afterAll" | "beforeEach" | "afterEach" | "extend" | "test"
        );
        if name == "test" { Some(Self::Test) } else { Self::Test.member(name).filter(|_| telling) }
    }
}
