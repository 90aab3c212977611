//! `config.tls`, and `https` of a request.

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::parse::Parser;
use crate::parse::keys::Place;
use crate::scenario::TlsOptions;

impl Parser {
    /// What TLS is told: PEM text or the names of files, by the names of Artillery's HTTP library and by Node's.
    pub(super) fn tls_options(&mut self, node: &Node, path: &str, place: &Place) -> Option<TlsOptions> {
        let members = self.fields(node, path, place)?;
        let mut tls = TlsOptions::default();
        for (key, entry) in members {
            let node = &entry.node;
            let path = format!("{path}.{key}");
            match key.as_str() {
                "ca" | "certificateAuthority" => match &node.kind {
                    Kind::List(items) => {
                        for (index, item) in items.iter().enumerate() {
                            tls.authorities.extend(self.text(item, &format!("{path}[{index}]")));
                        }
                    }
                    _ => tls.authorities.extend(self.text(node, &path)),
                },
                "cert" | "certificate" => tls.certificate = self.text(node, &path),
                "key" => tls.key = self.text(node, &path),
                "pfx" => tls.pfx = self.text(node, &path),
                "passphrase" => tls.passphrase = self.text(node, &path),
                "servername" | "serverName" => tls.server_name = self.text(node, &path),
                "sessionResumption" => tls.resumption = self.flag(node, &path),
                "rejectUnauthorized" if matches!(node.kind, Kind::Text(_)) => {
                    let message = format!("\"{path}\" is text: users fail with ERR_GOT_REQUEST_ERROR");
                    let warning = Diagnostic::warning(&node.at, message);
                    self.problems.push(warning.hint("as in Artillery; write true or false, without quotes"));
                    tls.odd_verify = true;
                }
                "rejectUnauthorized" => tls.verify = self.flag(node, &path),
                _ => {}
            }
        }
        Some(tls)
    }
}
