//! What a finished page weighs, and whether it would work in any folder of any host.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{place, say};

/// What the whole page weighs at most on its way to a visitor. The house alone, with the ring as its
/// one tenant, weighed 392 kB. Every further system brings its engine and its views: all strategies,
/// surveys, ids and columns came to 541; the replicated store with its laws, judge, stage, history,
/// scenarios, map of seeds and shrinking to 731; the read laboratory, pictures of every view and the
/// judge's short ways to 772; the words of the language and much that is told better, without a reader of
/// decimals that nobody needed, to 767; keys that batches join, disks that queue, fail and are lost, work
/// that costs time, more weather, and work on paper that is divided, to 837; the store
/// without a leader to 893; its copies, hints and trees on the stage, laws that know when nothing tested them, and
/// names that stand for nodes, to 930; remarks on words that do nothing, what was not decided told apart, and keys
/// that are absent beside their delete, to 935; shrinking that keeps the failure, remarks on what a run did not
/// change, orders of a tenant's own, copies judged by region, and a page that is composed of its tenants, to 965.
/// This bound is what stands, and a little air.
const TOTAL_MAX: u64 = 970_000;

/// Prints each file, raw and compressed, and the total; a page that is too heavy is an error.
pub(super) fn print(dist: &Path) -> Result<(), String> {
    let mut total = (0, 0);
    println!("{:>10} {:>10}  file in dist/", "raw", "gzip");
    for file in place::files(dist) {
        let content =
            std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let (raw, packed) = (content.len() as u64, compressed(&content)?);
        let name = file.strip_prefix(dist).unwrap_or(&file).display();
        println!("{:>10} {:>10}  {name}", say::bytes(raw), say::bytes(packed));
        total = (total.0 + raw, total.1 + packed);
    }
    println!("{:>10} {:>10}  in all", say::bytes(total.0), say::bytes(total.1));
    if total.1 > TOTAL_MAX {
        return Err(format!("the page weighs more than {} compressed", say::bytes(TOTAL_MAX)));
    }
    Ok(())
}

/// Refuses a page that names files by an address from the root of a host.
pub(super) fn check_addresses(dist: &Path) -> Result<(), String> {
    let page = place::read(&dist.join("index.html"))?;
    match rooted_address(&page) {
        Some(found) => Err(format!("dist/index.html works only at the root of a host: {found}")),
        None => Ok(()),
    }
}

fn rooted_address(page: &str) -> Option<String> {
    let starts = ["src=\"/", "href=\"/", "from '/", "from \"/", "module_or_path: '/", "url(/"];
    let found = starts.iter().find_map(|start| page.find(start))?;
    Some(page[found..].chars().take(60).collect())
}

fn compressed(content: &[u8]) -> Result<u64, String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).map_err(|error| error.to_string())?;
    Ok(encoder.finish().map_err(|error| error.to_string())?.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::rooted_address;

    #[test]
    fn an_address_from_the_root_is_refused() {
        assert!(rooted_address("<script src=\"/app.js\"></script>").is_some());
        assert!(rooted_address("<script src=\"./app.js\"></script><a href=\"#\">").is_none());
    }
}
