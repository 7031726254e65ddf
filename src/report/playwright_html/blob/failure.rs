//! What was thrown goes in; the text that Playwright's HTML report shows of it comes out, with the
//! colours that are in it and no more, as where Playwright writes to no terminal.

use crate::wire::blob::call::Error;

/// Causes of causes; what is deeper is left out.
const DEEPEST: usize = 20;

/// Message, source and stack.
pub(super) fn told(error: &Error) -> String {
    at_depth(error, 0)
}

fn at_depth(error: &Error, depth: usize) -> String {
    let message = error.message.as_ref().or(error.value.as_ref());
    let message = message.map_or("", String::as_str);
    let stack = error.stack.as_deref().unwrap_or_default();
    if stack.is_empty() && error.location.is_none() {
        return message.to_owned();
    }
    let (head, frames) = split(stack);
    let mut parts = vec![if head.is_empty() { message.to_owned() } else { head.to_owned() }];
    if let Some(snippet) = error.snippet.as_ref().filter(|snippet| !snippet.is_empty()) {
        parts.extend([String::new(), snippet.clone()]);
    }
    if !frames.is_empty() {
        parts.push(frames.to_owned());
    }
    if let Some(cause) = error.cause.as_ref().filter(|_| depth < DEEPEST) {
        parts.push(format!("[cause]: {}", at_depth(cause, depth + 1)));
    }
    parts.join("\n")
}

/// What stands before the first frame of a stack, and the rest.
fn split(stack: &str) -> (&str, &str) {
    const FRAME: &str = "    at ";
    if stack.starts_with(FRAME) {
        return ("", stack);
    }
    let at = stack.match_indices('\n').find(|(at, _)| stack[at + 1..].starts_with(FRAME));
    at.map_or((stack, ""), |(at, _)| (&stack[..at], &stack[at + 1..]))
}
