//! Prints the TypeScript module of the protocol.

fn main() {
    print!("{}", protocol::typescript());
}
