//! The program: parse the command line, run one command, exit with its code.

use clap::Parser as _;

fn main() -> std::process::ExitCode {
    caseconsultant::point::arm();
    let cli = caseconsultant::cli::Cli::parse();
    caseconsultant::cli::run(cli)
}
