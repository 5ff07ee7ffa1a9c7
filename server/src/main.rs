//! The program `fanfare`.

fn main() -> std::process::ExitCode {
    few_arenas();
    server::cli::main()
}

/// The C library keeps an arena of freed memory for nearly every thread; two are as quick here and half the size.
#[cfg(target_env = "gnu")]
#[expect(
    unsafe_code,
    reason = "the only way to say it to the allocator; called before any thread exists"
)]
fn few_arenas() {
    // SAFETY: mallopt takes two numbers and touches no memory of ours
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 2) };
}

#[cfg(not(target_env = "gnu"))]
fn few_arenas() {}
