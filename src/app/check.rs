//! `check`: reads the dialogs and the notices and says everything that is wrong with them, for those who edit them.

use std::path::Path;
use std::process::ExitCode;

use super::files::{other_notice, unfileable};
use crate::casework::notices::Notices;
use crate::dialog::Catalog;

/// Prints every dialog as a Mermaid diagram, each under its name.
pub fn graph(dialogs: &Path) -> ExitCode {
    let catalog = match Catalog::load(dialogs) {
        Ok(catalog) => catalog,
        Err(_) => return check(dialogs),
    };
    for (name, diagram) in catalog.graphs() {
        println!("## {name}\n\n```mermaid\n{diagram}```\n");
    }
    ExitCode::SUCCESS
}

/// Prints every problem with file and line; what there is when all is well.
pub fn check(dialogs: &Path) -> ExitCode {
    let (catalog, notices) = (Catalog::load(dialogs), Notices::load(dialogs));
    let mut problems: Vec<String> = Vec::new();
    problems.extend(catalog.as_ref().err().into_iter().flatten().map(ToString::to_string));
    problems.extend(notices.as_ref().err().into_iter().flatten().cloned());
    if let Ok(catalog) = &catalog {
        problems.extend(unfileable(catalog).iter().map(ToString::to_string));
    }
    if let (Ok(catalog), Ok(notices)) = (&catalog, &notices) {
        problems.extend(other_notice(catalog, notices).iter().map(ToString::to_string));
    }
    match catalog {
        Ok(catalog) if problems.is_empty() => {
            let counts = catalog.counts();
            println!(
                "{}: {} biểu mẫu, {} câu hỏi, {} màn hình, {} từ lệnh; không có lỗi",
                dialogs.display(),
                counts.forms,
                counts.steps,
                counts.screens,
                counts.words
            );
            ExitCode::SUCCESS
        }
        _ => {
            for problem in &problems {
                eprintln!("{problem}");
            }
            eprintln!("{} lỗi", problems.len());
            ExitCode::FAILURE
        }
    }
}
