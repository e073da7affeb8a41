//! `how-to-export`: the exact commands and scripts that produce what `import` wants, with the least rights needed.

use anyhow::Result;
use serde_json::json;

use crate::error::Told;

use super::session::{Session, say};

const API_GATEWAY: &str = include_str!("../defaults/how-to-export/api_gateway.md");
const APIM: &str = include_str!("../defaults/how-to-export/apim.md");
const AUTH0: &str = include_str!("../defaults/how-to-export/auth0.md");
const AWS: &str = include_str!("../defaults/how-to-export/aws.md");
const ENTRA_SH: &str = include_str!("../defaults/how-to-export/entra.sh");
const ENTRA_PS1: &str = include_str!("../defaults/how-to-export/entra.ps1");
const ENVOY: &str = include_str!("../defaults/how-to-export/envoy.md");
const ISTIO: &str = include_str!("../defaults/how-to-export/istio.md");
const GITHUB: &str = include_str!("../defaults/how-to-export/github.md");
const GITLAB: &str = include_str!("../defaults/how-to-export/gitlab.md");
const SLACK: &str = include_str!("../defaults/how-to-export/slack.md");
const SALESFORCE: &str = include_str!("../defaults/how-to-export/salesforce.md");
const HYDRA: &str = include_str!("../defaults/how-to-export/hydra.md");
const PINGFEDERATE: &str = include_str!("../defaults/how-to-export/pingfederate.md");
const CURITY: &str = include_str!("../defaults/how-to-export/curity.md");
const KEYCLOAK: &str = include_str!("../defaults/how-to-export/keycloak.md");
const GOOGLE: &str = include_str!("../defaults/how-to-export/google.md");
const KONG: &str = include_str!("../defaults/how-to-export/kong.md");
const OKTA: &str = include_str!("../defaults/how-to-export/okta.md");
const CSV: &str = include_str!("../defaults/how-to-export/csv.md");

/// Prints one of them, or the list.
pub(super) fn print(ctx: &Session, source: Option<&str>, script: &str) -> Result<i32> {
    let text = match (source, script) {
        (None, _) => {
            "Sources:\n  entra     a script that pages through Microsoft Graph with read rights (--script shell or powershell)\n  keycloak  kc.sh and kcadm.sh commands\n  okta      calls of the Management API\n  auth0     the Deploy CLI, and calls of the Management API\n  aws       commands of the AWS CLI\n  google    GAM, gcloud, and the admin console\n  kong      decK dumps\n  envoy     the dump of its administration interface, or kubectl\n  istio     kubectl\n  apim      calls of the management API, or a template, of Azure API Management\n  api_gateway  exports of AWS API Gateway\n  github    calls of its API (gh)\n  gitlab    calls of its API\n  slack     calls of its administration API\n  salesforce a query, saved as CSV\n  hydra     its command line\n  pingfederate the bulk export of its administration API\n  curity    its configuration as XML\n  csv       columns of tables from anywhere else\n\nFor example: bulkhead how-to-export entra > entra-export.sh"
        }
        (Some("entra"), "powershell") => ENTRA_PS1,
        (Some("entra"), _) => ENTRA_SH,
        (Some("keycloak"), _) => KEYCLOAK,
        (Some("okta"), _) => OKTA,
        (Some("auth0"), _) => AUTH0,
        (Some("aws"), _) => AWS,
        (Some("google"), _) => GOOGLE,
        (Some("kong"), _) => KONG,
        (Some("envoy"), _) => ENVOY,
        (Some("istio"), _) => ISTIO,
        (Some("apim"), _) => APIM,
        (Some("api_gateway"), _) => API_GATEWAY,
        (Some("github"), _) => GITHUB,
        (Some("gitlab"), _) => GITLAB,
        (Some("slack"), _) => SLACK,
        (Some("salesforce"), _) => SALESFORCE,
        (Some("hydra"), _) => HYDRA,
        (Some("pingfederate"), _) => PINGFEDERATE,
        (Some("curity"), _) => CURITY,
        (Some("csv"), _) => CSV,
        (Some(_), _) => {
            return Err(Told::refusal(
                "BH-CLI-010",
                "There is no such source.",
                "Nothing was printed.",
                "Use entra, keycloak, okta, auth0, aws, google, kong, envoy, istio, apim, api_gateway, github, gitlab, slack, salesforce, hydra, pingfederate, curity or csv.",
            )
            .into());
        }
    };
    if ctx.json {
        say(&serde_json::to_string_pretty(&json!({ "source": source, "text": text }))?)?
    } else {
        say(text.trim_end())?
    }
    Ok(0)
}
