//! Histories of which the verdict is known: our own, and those of others that lie beside the repository.

use std::path::{Path, PathBuf};

use super::Told;
use crate::place;
use crate::vector::Asked;

/// A history, what it is written in, and whether it is linearizable.
#[derive(Debug, Clone)]
pub struct Known {
    /// Where it lies.
    pub file: PathBuf,
    /// What it is written in.
    pub kind: String,
    /// Whether there is an order.
    pub linearizable: bool,
}

/// The logs of etcd that are linearizable; no other one is.
const ETCD: [&str; 10] = ["002", "005", "007", "018", "025", "031", "038", "045", "048", "049"];

impl Known {
    /// Our own: the kind and the verdict stand in the name.
    #[must_use]
    pub fn own() -> Vec<Self> {
        let files = place::files(&place::root().join("tests/golden/histories"));
        let known = |file: PathBuf| {
            let name = name(&file);
            let mut parts = name.split('.');
            let kind = parts.next()?.to_owned();
            let linearizable = parts.next()? == "yes";
            Some(Self { file, kind, linearizable })
        };
        files.into_iter().filter_map(known).collect()
    }

    /// Those of others; nothing if they are not here.
    #[must_use]
    pub fn outside() -> Option<Vec<Self>> {
        let folder = place::root().join("../shared/outside/histories");
        let below = |kind: &str, of: &str, linearizable: &dyn Fn(&str) -> bool| {
            let files = place::files(&folder.join(of)).into_iter();
            let known = files.map(|file| {
                let linearizable = linearizable(&name(&file));
                Self { file, kind: kind.to_owned(), linearizable }
            });
            known.collect::<Vec<_>>()
        };
        let etcd = |name: &str| ETCD.iter().any(|number| name.contains(number));
        let found = [
            below("etcd", "etcd", &etcd),
            below("porcupine-kv", "kv", &|name| name.contains("ok")),
            below("knossos-cas", "knossos", &|name| name.starts_with("memstress")),
        ];
        folder.is_dir().then(|| found.concat())
    }

    /// What is wrong if the judge does not say what is known.
    pub fn check(&self, asked: &mut Asked) -> Result<Option<String>, String> {
        let file = self.file.display().to_string();
        let bytes = std::fs::read(&self.file).map_err(|error| format!("{file}: {error}"))?;
        let answer = asked.judge(&self.kind, &bytes, shardlab::check::Budget::default().work)?;
        let told = Told::of(&file, &answer)?;
        let right = told.linearizable == Some(self.linearizable);
        Ok((!right).then(|| format!("{file}: {}", told.json)))
    }
}

fn name(file: &Path) -> String {
    file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
