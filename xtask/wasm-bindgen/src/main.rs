//! `wasm-bindgen` as far as Trunk and the benchmarks call it. The whole program brings the web servers of its test
//! runner along, which take minutes to compile; this one is the library behind it and a few arguments.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use pico_args::Arguments;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    match run(Arguments::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: Arguments) -> Result<()> {
    if args.contains("--version") {
        println!("wasm-bindgen {}", wasm_bindgen_shared::version());
        return Ok(());
    }
    let mut bindgen = Bindgen::new();
    match args.value_from_str::<_, String>("--target")?.as_str() {
        "web" => bindgen.web(true)?,
        other => bail!("only `--target web` is known here, not `{other}`"),
    };
    let out_dir: PathBuf = args.value_from_str("--out-dir")?;
    if let Some(name) = args.opt_value_from_str::<_, String>("--out-name")? {
        bindgen.out_name(&name);
    }
    bindgen
        .keep_debug(args.contains("--keep-debug"))
        .demangle(!args.contains("--no-demangle"))
        .typescript(!args.contains("--no-typescript"))
        .omit_default_module_path(false);
    let module: PathBuf = args.free_from_str()?;
    if let Some(unknown) = args.finish().first() {
        bail!("`{}` is not known here", unknown.to_string_lossy());
    }
    bindgen.input_path(module).generate(out_dir)
}
