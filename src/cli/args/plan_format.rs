//! `plan --format NAME`: a page for people or programs, or what starts the nodes of a CI.

use std::ffi::OsStr;

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::cli::args::Format;
use crate::report::matrix::{MATRICES, Matrix};

/// How to print a plan.
#[derive(Clone, Copy)]
pub(crate) enum PlanFormat {
    Page(Format),
    /// For a CI system.
    Matrix(&'static dyn Matrix),
}

impl std::fmt::Debug for PlanFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Page(format) => format.fmt(f),
            Self::Matrix(matrix) => f.write_str(matrix.name()),
        }
    }
}

/// The name of a page or of a CI system.
#[derive(Clone)]
pub(super) struct PlanFormatParser;

impl PlanFormatParser {
    fn values() -> impl Iterator<Item = PossibleValue> {
        let pages = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let matrices = MATRICES.iter();
        pages.chain(matrices.map(|matrix| PossibleValue::new(matrix.name()).help(matrix.about())))
    }

    fn named(name: &str) -> Result<PlanFormat, String> {
        match MATRICES.iter().find(|matrix| matrix.name() == name) {
            Some(matrix) => Ok(PlanFormat::Matrix(*matrix)),
            None => Format::from_str(name, false).map(PlanFormat::Page),
        }
    }
}

impl TypedValueParser for PlanFormatParser {
    type Value = PlanFormat;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<PlanFormat, clap::Error> {
        let known = PossibleValuesParser::new(Self::values());
        known.try_map(|name| Self::named(&name)).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Self::values()))
    }
}
