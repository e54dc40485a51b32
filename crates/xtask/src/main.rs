//! The project's commands: demo, test, codegen.

fn main() {}
