//! The program `fanfare`.

fn main() -> std::process::ExitCode {
    server::cli::main()
}
