//! What the server holds open.

use std::{collections::BTreeSet, fs};

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::json;

use crate::server::Server;

/// The inodes of the server's sockets.
fn sockets(server: &Server) -> BTreeSet<String> {
    let open = fs::read_dir(format!("/proc/{}/fd", server.child.id())).unwrap();
    let links = open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    let inode = |link: std::path::PathBuf| {
        let link = link.into_os_string().into_string().ok()?;
        let inode = link.strip_prefix("socket:[")?.strip_suffix(']')?;
        Some(inode.to_owned())
    };
    links.filter_map(inode).collect()
}

/// The lines of a table of the kernel's about the server's own sockets.
fn of_the_server(server: &Server, table: &str) -> Vec<String> {
    let sockets = sockets(server);
    let text = fs::read_to_string(format!("/proc/{}/net/{table}", server.child.id()));
    let text = text.unwrap_or_default();
    let own = |line: &&str| line.split_whitespace().any(|word| sockets.contains(word));
    text.lines().filter(own).map(str::to_owned).collect()
}

#[test]
fn the_server_has_no_socket_of_the_network_and_listens_on_none() {
    let mut server = Server::as_agent("boss");
    server.call("list_agents", &json!({}));
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        assert_eq!(
            of_the_server(&server, table),
            Vec::<String>::new(),
            "{table}"
        );
    }
    // Its sockets are pairs: one that listens has this flag.
    let listens = |line: &String| line.split_whitespace().nth(3) == Some("00010000");
    let local = of_the_server(&server, "unix");
    assert_eq!(
        local.iter().filter(|line| listens(line)).count(),
        0,
        "{local:?}"
    );
    server.left();
}

/// Lets the server open files up to this number of descriptors.
fn limit(server: &Server, descriptors: u64) {
    let pid = Pid::from_child(&server.child);
    let limit = Rlimit {
        current: Some(descriptors),
        maximum: Some(1024),
    };
    prlimit(Some(pid), Resource::Nofile, limit).unwrap();
}

#[test]
fn a_server_that_runs_out_of_descriptors_says_so_and_goes_on() {
    let mut server = Server::as_agent("boss");
    assert!(server.call("list_agents", &json!({}))["agents"].is_array());
    limit(&server, 0);
    let asked = json!({"method": "passphrase"});
    for (tool, arguments) in [("list_agents", json!({})), ("set_auth_method", asked)] {
        let refused = server.call(tool, &arguments);
        assert_eq!(refused["code"], "vault_broken", "{refused}");
    }
    limit(&server, 512);
    let listed = server.call("list_agents", &json!({}));
    assert!(listed["agents"].is_array(), "{listed}");
    server.left();
}
