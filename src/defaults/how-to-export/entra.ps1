# Reads from Microsoft Graph what `bulkhead import` wants. It only sends GET requests.
#
# Least rights: Application.Read.All and Directory.Read.All (for directory roles also RoleManagement.Read.Directory).
# Needs the module Microsoft.Graph.Authentication, or a token in $env:GRAPH_TOKEN.
#
#   Connect-MgGraph -Scopes Application.Read.All, Directory.Read.All, RoleManagement.Read.Directory
#   .\entra-export.ps1 -Out entra-export; bulkhead import --full entra-export
#
# A stopped run goes on where it was when it is started again with the same folder. What the account may not read is
# named in not-allowed.txt; what is not there was then not exported, which is not the same as "there is none".
param([string]$Out = 'entra-export', [string]$Graph = $(if ($env:GRAPH_URL) { $env:GRAPH_URL } else { 'https://graph.microsoft.com' }))
$ErrorActionPreference = 'Stop'
# .NET and PowerShell may differ about what the current folder is, so the folder is named in full.
$Out = (New-Item -ItemType Directory -Force -Path $Out).FullName
$state = Join-Path $Out '.state'
New-Item -ItemType Directory -Force -Path $state | Out-Null
$notAllowed = Join-Path $Out 'not-allowed.txt'
if (-not (Test-Path $notAllowed)) { New-Item -ItemType File -Path $notAllowed | Out-Null }
# UTF-8 without byte order mark in every version of PowerShell.
$utf8 = New-Object System.Text.UTF8Encoding($false)

function Get-Page([string]$Url) {
  if ($env:GRAPH_TOKEN) {
    $answer = Invoke-WebRequest -UseBasicParsing -Method Get -Uri $Url -Headers @{ Authorization = "Bearer $env:GRAPH_TOKEN"; ConsistencyLevel = 'eventual' }
    return $answer.Content
  }
  $answer = Invoke-MgGraphRequest -Method GET -Uri $Url -OutputType HttpResponseMessage
  if (-not $answer.IsSuccessStatusCode) {
    $fault = New-Object System.Exception "status $([int]$answer.StatusCode)"
    $fault.Data['Status'] = [int]$answer.StatusCode
    if ($answer.Headers.RetryAfter -and $answer.Headers.RetryAfter.Delta) { $fault.Data['Wait'] = [int]$answer.Headers.RetryAfter.Delta.TotalSeconds }
    throw $fault
  }
  return $answer.Content.ReadAsStringAsync().Result
}

function Save-Collection([string]$Name, [string]$Url, [string]$File = $Name) {
  $mark = Join-Path $state ($Name -replace '[^A-Za-z0-9._-]', '_')
  if (Test-Path "$mark.done") { return }
  if (Test-Path "$mark.next") { $Url = [IO.File]::ReadAllText("$mark.next") }
  $tries = 0
  while ($Url) {
    # The token goes to the server that was asked for and to no other, whatever an answer says.
    if (-not $Url.StartsWith("$Graph/", [StringComparison]::Ordinal)) { throw "${Name}: the answer leads to another server; stopped" }
    try {
      $page = Get-Page $Url
      $tries = 0
      # The page is kept as it was sent, one line each: no ConvertTo-Json, which would cut deep objects.
      [IO.File]::AppendAllText((Join-Path $Out "$File.json"), ($page -replace "`r?`n", ' ') + "`n", $utf8)
      $Url = ($page | ConvertFrom-Json).'@odata.nextLink'
      [IO.File]::WriteAllText("$mark.next", [string]$Url, $utf8)
    } catch {
      $status = $_.Exception.Data['Status']
      if (-not $status -and $_.Exception.Response) { $status = [int]$_.Exception.Response.StatusCode }
      if ($status -in 403, 404) { [IO.File]::AppendAllText($notAllowed, "$Name ($status)`n", $utf8); break }
      if ($status -in 429, 500, 502, 503, 504 -and $tries -lt 10) {
        $tries++
        $wait = $_.Exception.Data['Wait']
        if (-not $wait) { $wait = 5 * $tries }
        Write-Warning "${Name}: $status, waiting $wait s"
        Start-Sleep -Seconds $wait
        continue
      }
      throw
    }
  }
  New-Item -ItemType File -Force -Path "$mark.done" | Out-Null
}

function Read-Ids([string]$File, [scriptblock]$Where) {
  $path = Join-Path $Out "$File.json"
  if (-not (Test-Path $path)) { return }
  [IO.File]::ReadLines((Resolve-Path $path).Path) | ForEach-Object { ($_ | ConvertFrom-Json).value } | Where-Object $Where | ForEach-Object { $_.id }
}

$v1 = "$Graph/v1.0"
Save-Collection organization "$v1/organization?`$select=id,displayName,verifiedDomains"
Save-Collection servicePrincipals "$v1/servicePrincipals?`$top=999&`$expand=owners(`$select=id,displayName,userPrincipalName)"
Save-Collection applications "$v1/applications?`$top=999&`$expand=owners(`$select=id,displayName,userPrincipalName)"
Save-Collection oauth2PermissionGrants "$v1/oauth2PermissionGrants?`$top=999"
Save-Collection roleDefinitions "$v1/roleManagement/directory/roleDefinitions"
Save-Collection roleAssignments "$v1/roleManagement/directory/roleAssignments"
# Application permissions, asked at the APIs that publish any: far fewer requests than one for each client.
foreach ($id in Read-Ids servicePrincipals { $_.appRoles.Count -gt 0 }) { Save-Collection "appRoleAssignedTo-$id" "$v1/servicePrincipals/$id/appRoleAssignedTo?`$top=999" appRoleAssignedTo }
foreach ($id in Read-Ids applications { $true }) { Save-Collection "federated-$id" "$v1/applications/$id/federatedIdentityCredentials" federatedIdentityCredentials }

if ((Get-Item $notAllowed).Length -gt 0) {
  Write-Warning "Not allowed to read:`n$([IO.File]::ReadAllText($notAllowed))Import with: bulkhead import --partial $Out"
} else {
  Write-Output "Everything was read. Import with: bulkhead import --full $Out"
}
