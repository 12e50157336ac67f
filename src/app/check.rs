//! `check`: reads the dialogs and says everything that is wrong with them, for those who edit them.

use std::path::Path;
use std::process::ExitCode;

use crate::dialog::Catalog;

/// Prints every problem with file and line; what there is when all is well.
pub fn check(dialogs: &Path) -> ExitCode {
    match Catalog::load(dialogs) {
        Ok(catalog) => {
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
        Err(problems) => {
            for problem in &problems {
                eprintln!("{problem}");
            }
            eprintln!("{} lỗi", problems.len());
            ExitCode::FAILURE
        }
    }
}
