#!/bin/sh
# Reads from Microsoft Graph what `bulkhead import` wants. It only sends GET requests.
#
# Least rights: Application.Read.All and Directory.Read.All (for directory roles also RoleManagement.Read.Directory),
# as delegated rights of the account that runs it. Needs curl and jq.
#
#   export GRAPH_TOKEN=$(az account get-access-token --resource-type ms-graph --query accessToken -o tsv)
#   sh entra-export.sh entra-export && bulkhead import --full entra-export
#
# A stopped run goes on where it was when it is started again with the same folder. What the account may not read is
# named in not-allowed.txt; what is not there was then not exported, which is not the same as "there is none".
set -eu

out=${1:-entra-export}
graph=${GRAPH_URL:-https://graph.microsoft.com}
: "${GRAPH_TOKEN:?set GRAPH_TOKEN to an access token for Microsoft Graph}"
command -v curl >/dev/null || { echo "curl is missing" >&2; exit 1; }
command -v jq >/dev/null || { echo "jq is missing" >&2; exit 1; }
umask 077
mkdir -p "$out/.state"
body="$out/.state/body"
head="$out/.state/head"
not_allowed="$out/not-allowed.txt"
# Asked anew in every run, so that rights given meanwhile count.
rm -f "$not_allowed"

# The token goes to curl through standard input, so that it stands in no process list and in no file.
get() {
  : > "$head"
  printf 'header = "Authorization: Bearer %s"\n' "$GRAPH_TOKEN" |
    curl -sS -g -K - -H 'Accept: application/json' -H 'ConsistencyLevel: eventual' -D "$head" -o "$body" -w '%{http_code}' "$1"
}

size() { if [ -f "$1" ]; then wc -c < "$1" | tr -d ' '; else echo 0; fi; }

# note URL: where to go on, and how long the file is without what comes after. It takes its place in one step.
note() {
  printf '%s\n%s\n' "$(size "$file")" "$1" > "$state.new"
  mv "$state.new" "$state.next"
}

# fetch NAME URL [FILE]: appends every page of URL to FILE.json, or to NAME.json.
fetch() {
  name=$1
  file="$out/${3:-$name}.json"
  state="$out/.state/$(printf %s "$name" | tr -c 'A-Za-z0-9._-' _)"
  [ -f "$state.done" ] && return 0
  [ -f "$state.next" ] || note "$2"
  url=$(sed -n 2p "$state.next")
  # A run that was killed may have written a page, or half of one, and not noted it: it is taken away and read again.
  whole=$(sed -n 1p "$state.next")
  if [ "$whole" != - ] && [ "$(size "$file")" -gt "$whole" ]; then
    head -c "$whole" "$file" > "$state.cut"
    mv "$state.cut" "$file"
  fi
  tries=0
  while [ -n "$url" ]; do
    # The token goes to the server that was asked for and to no other, whatever an answer says.
    case $url in "$graph"/*) ;; *) echo "$name: the answer leads to another server; stopped" >&2; return 1 ;; esac
    code=$(get "$url") || code=000
    case $code in
      200)
        tries=0
        url=$(jq -r '."@odata.nextLink" // empty' < "$body")
        jq -c . < "$body" >> "$file"
        note "$url"
        ;;
      429 | 500 | 502 | 503 | 504 | 000)
        tries=$((tries + 1))
        if [ "$tries" -gt 10 ]; then echo "$name: gave up after $tries tries ($code); start again to go on" >&2; return 1; fi
        wait=$(tr -d '\r' < "$head" | sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9][0-9]*\).*/\1/p' | tail -n 1)
        echo "$name: $code, waiting ${wait:-$((tries * 5))} s" >&2
        sleep "${wait:-$((tries * 5))}"
        ;;
      401) echo "The token is not accepted or has ended; get a new one and start again to go on" >&2; return 1 ;;
      403 | 404)
        echo "$name ($code: $(jq -r '.error.code // "refused"' < "$body" 2>/dev/null))" >> "$not_allowed"
        # Asked again in the next run. Nothing is half written, and what others add to the file is not to be cut.
        printf '%s\n%s\n' - "$url" > "$state.next"
        return 0
        ;;
      *) echo "$name: unexpected answer $code" >&2; return 1 ;;
    esac
  done
  : > "$state.done"
}

v1="$graph/v1.0"
fetch organization "$v1/organization?\$select=id,displayName,verifiedDomains"
fetch servicePrincipals "$v1/servicePrincipals?\$top=999&\$expand=owners(\$select=id,displayName,userPrincipalName)"
fetch applications "$v1/applications?\$top=999&\$expand=owners(\$select=id,displayName,userPrincipalName)"
fetch oauth2PermissionGrants "$v1/oauth2PermissionGrants?\$top=999"
fetch roleDefinitions "$v1/roleManagement/directory/roleDefinitions"
fetch roleAssignments "$v1/roleManagement/directory/roleAssignments"

# Application permissions, asked at the APIs that publish any: far fewer requests than one for each client.
if [ -f "$out/servicePrincipals.json" ]; then
  jq -r '.value[] | select((.appRoles // []) | length > 0) | .id' "$out/servicePrincipals.json" |
    while read -r id; do fetch "appRoleAssignedTo-$id" "$v1/servicePrincipals/$id/appRoleAssignedTo?\$top=999" appRoleAssignedTo; done
fi
if [ -f "$out/applications.json" ]; then
  jq -r '.value[].id' "$out/applications.json" |
    while read -r id; do fetch "federated-$id" "$v1/applications/$id/federatedIdentityCredentials" federatedIdentityCredentials; done
fi

rm -f "$body" "$head"
if [ -s "$not_allowed" ]; then
  echo "Not allowed to read:" >&2
  cat "$not_allowed" >&2
  echo "Import with: bulkhead import --partial $out" >&2
else
  echo "Everything was read. Import with: bulkhead import --full $out" >&2
fi
