//! The program `fanfare`.

fn main() -> std::process::ExitCode {
    set_up_memory();
    server::cli::main()
}

/// The C library keeps an arena of freed memory for nearly every thread; two are as quick here and half the size. Big
/// blocks are not kept at all.
#[cfg(target_env = "gnu")]
#[expect(
    unsafe_code,
    reason = "the only way to say it to the allocator; called before any thread exists"
)]
fn set_up_memory() {
    // SAFETY: mallopt takes two numbers and touches no memory of ours
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 2);
        // the 19 MiB of a password's hash go back to the system: kept, they pile up when many people sign in at once
        libc::mallopt(libc::M_MMAP_THRESHOLD, 4 * 1024 * 1024);
    }
}

#[cfg(not(target_env = "gnu"))]
fn set_up_memory() {}
