//! Stands in for cargo-generate, with which `cargo leptos new` starts a project.

#[derive(Default)]
pub struct GenerateArgs {
    pub template_path: TemplatePath,
    pub name: Option<String>,
    pub force: bool,
    pub verbose: bool,
    pub init: bool,
    pub silent: bool,
}

#[derive(Default)]
pub struct TemplatePath {
    pub git: Option<String>,
    pub branch: Option<String>,
    pub tag: Option<String>,
    pub path: Option<String>,
    pub test: bool,
}

pub fn generate(_: GenerateArgs) -> anyhow::Result<()> {
    anyhow::bail!("this cargo-leptos starts no new projects")
}
