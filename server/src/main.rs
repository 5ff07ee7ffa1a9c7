//! The program `fanfare`.

/// Gives memory back after a fan-out and keeps it small during one; the system's allocator keeps an arena per thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    server::cli::main()
}
