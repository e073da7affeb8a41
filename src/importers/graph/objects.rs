//! The fields of Graph objects that are read, by their names in lower case. What is not named here is dropped.

use super::bytes::Bytes;
use super::wire::{Flag, Many, One, Text, Whole, object};

object! {
    /// oauth2PermissionGrant.
    DelegatedGrant<'a> {
        "id" => id: Text<'a>, "clientid" => client_id: Text<'a>, "consenttype" => consent_type: Text<'a>,
        "principalid" => principal_id: Text<'a>, "resourceid" => resource_id: Text<'a>, "scope" => scope: Text<'a>,
        "@odata.id" => odata_id: Text<'a>,
    }
}
object! {
    /// appRoleAssignment.
    RoleAssigned<'a> {
        "id" => id: Text<'a>, "approleid" => app_role_id: Text<'a>, "principalid" => principal_id: Text<'a>,
        "principaltype" => principal_type: Text<'a>, "resourceid" => resource_id: Text<'a>,
        "createddatetime" => created: Text<'a>, "creationtimestamp" => created_before: Text<'a>,
        "deleteddatetime" => deleted: Text<'a>, "@odata.id" => odata_id: Text<'a>,
    }
}
object! {
    /// passwordCredential.
    Password<'a> {
        "keyid" => key_id: Text<'a>, "displayname" => display_name: Text<'a>, "customkeyidentifier" => custom: Bytes,
        "startdatetime" => start: Text<'a>, "enddatetime" => end: Text<'a>, "startdate" => start_before: Text<'a>, "enddate" => end_before: Text<'a>,
    }
}
object! {
    /// keyCredential.
    KeyListed<'a> {
        "keyid" => key_id: Text<'a>, "displayname" => display_name: Text<'a>, "customkeyidentifier" => custom: Bytes,
        "type" => kind: Text<'a>, "usage" => usage: Text<'a>, "startdatetime" => start: Text<'a>, "enddatetime" => end: Text<'a>,
        "startdate" => start_before: Text<'a>, "enddate" => end_before: Text<'a>,
    } secret "key"
}
object! {
    /// federatedIdentityCredential.
    Federated<'a> {
        "id" => id: Text<'a>, "name" => name: Text<'a>, "issuer" => issuer: Text<'a>, "subject" => subject: Text<'a>,
        "claimsmatchingexpression" => expression: One<Expression<'a>>, "@odata.id" => odata_id: Text<'a>,
    }
}
object! {
    /// federatedIdentityExpression.
    Expression<'a> { "value" => value: Text<'a> }
}
object! {
    /// appRole.
    AppRole<'a> { "id" => id: Text<'a>, "value" => value: Text<'a>, "displayname" => display_name: Text<'a> }
}
object! {
    /// permissionScope.
    DelegatedScope<'a> {
        "id" => id: Text<'a>, "value" => value: Text<'a>, "adminconsentdisplayname" => display_name: Text<'a>,
        "userconsentdisplayname" => user_display_name: Text<'a>,
    }
}
object! {
    /// verifiedPublisher.
    VerifiedPublisher<'a> { "displayname" => display_name: Text<'a>, "verifiedpublisherid" => id: Text<'a> }
}
object! {
    /// Any directory object as an owner or member.
    DirectoryObject<'a> {
        "id" => id: Text<'a>, "@odata.type" => odata_type: Text<'a>, "displayname" => display_name: Text<'a>,
        "userprincipalname" => upn: Text<'a>, "mail" => mail: Text<'a>, "accountenabled" => enabled: Flag, "appid" => app_id: Text<'a>,
        "serviceprincipaltype" => sp_type: Text<'a>, "deleteddatetime" => deleted: Text<'a>,
        "securityenabled" => security_enabled: Flag, "@odata.id" => odata_id: Text<'a>,
    }
}
object! {
    /// servicePrincipal.
    ServicePrincipal<'a> {
        "id" => id: Text<'a>, "appid" => app_id: Text<'a>, "displayname" => display_name: Text<'a>, "appdisplayname" => app_display_name: Text<'a>,
        "accountenabled" => enabled: Flag, "serviceprincipaltype" => sp_type: Text<'a>, "appownerorganizationid" => owner_tenant: Text<'a>,
        "publishername" => publisher: Text<'a>, "verifiedpublisher" => verified: One<VerifiedPublisher<'a>>, "signinaudience" => audience: Text<'a>,
        "createddatetime" => created: Text<'a>, "deleteddatetime" => deleted: Text<'a>, "serviceprincipalnames" => names: Many<Text<'a>>,
        "approles" => app_roles: Many<Whole<AppRole<'a>>>, "oauth2permissionscopes" => scopes: Many<Whole<DelegatedScope<'a>>>,
        "passwordcredentials" => passwords: Many<Whole<Password<'a>>>, "keycredentials" => keys: Many<Whole<KeyListed<'a>>>,
        "owners" => owners: Many<Whole<DirectoryObject<'a>>>, "owners@odata.nextlink" => owners_next: Text<'a>,
        "federatedidentitycredentials" => federated: Many<Whole<Federated<'a>>>, "federatedidentitycredentials@odata.nextlink" => federated_next: Text<'a>,
        "approleassignments" => assignments: Many<Whole<RoleAssigned<'a>>>, "approleassignments@odata.nextlink" => assignments_next: Text<'a>,
        "approleassignedto" => assigned_to: Many<Whole<RoleAssigned<'a>>>, "approleassignedto@odata.nextlink" => assigned_to_next: Text<'a>,
        "oauth2permissiongrants" => grants: Many<Whole<DelegatedGrant<'a>>>, "oauth2permissiongrants@odata.nextlink" => grants_next: Text<'a>,
        "@odata.id" => odata_id: Text<'a>,
    }
}
object! {
    /// application.
    Application<'a> {
        "id" => id: Text<'a>, "appid" => app_id: Text<'a>, "displayname" => display_name: Text<'a>, "publisherdomain" => publisher_domain: Text<'a>,
        "verifiedpublisher" => verified: One<VerifiedPublisher<'a>>, "signinaudience" => audience: Text<'a>, "createddatetime" => created: Text<'a>,
        "deleteddatetime" => deleted: Text<'a>, "identifieruris" => identifier_uris: Many<Text<'a>>, "approles" => app_roles: Many<Whole<AppRole<'a>>>,
        "api" => api: One<Api<'a>>, "oauth2permissionscopes" => scopes: Many<Whole<DelegatedScope<'a>>>,
        "isfallbackpublicclient" => fallback_public: Flag, "web" => web: One<Redirects<'a>>, "spa" => spa: One<Redirects<'a>>, "publicclient" => public: One<Redirects<'a>>,
        "passwordcredentials" => passwords: Many<Whole<Password<'a>>>, "keycredentials" => keys: Many<Whole<KeyListed<'a>>>,
        "owners" => owners: Many<Whole<DirectoryObject<'a>>>, "owners@odata.nextlink" => owners_next: Text<'a>,
        "federatedidentitycredentials" => federated: Many<Whole<Federated<'a>>>, "federatedidentitycredentials@odata.nextlink" => federated_next: Text<'a>,
        "@odata.id" => odata_id: Text<'a>,
    }
}
object! {
    /// apiApplication.
    Api<'a> {
        "oauth2permissionscopes" => scopes: Many<Whole<DelegatedScope<'a>>>,
        "preauthorizedapplications" => pre_authorized: Many<Whole<PreAuthorized<'a>>>,
    }
}
object! {
    /// preAuthorizedApplication; v1.0 and beta name the list differently.
    PreAuthorized<'a> {
        "appid" => app_id: Text<'a>, "delegatedpermissionids" => ids: Many<Text<'a>>, "permissionids" => ids_before: Many<Text<'a>>,
    }
}
object! {
    /// web, spa and publicClient of an application.
    Redirects<'a> { "redirecturis" => uris: Many<Text<'a>>, "implicitgrantsettings" => implicit: One<Implicit<'a>> }
}
object! {
    /// implicitGrantSettings.
    Implicit<'a> { "enableaccesstokenissuance" => access: Flag, "enableidtokenissuance" => id_token: Flag }
}
object! {
    /// unifiedRoleAssignment.
    RoleHeld<'a> {
        "id" => id: Text<'a>, "roledefinitionid" => role_id: Text<'a>, "principalid" => principal_id: Text<'a>,
        "directoryscopeid" => directory_scope: Text<'a>, "appscopeid" => app_scope: Text<'a>,
        "roledefinition" => definition: One<RoleDefinition<'a>>, "principal" => principal: One<DirectoryObject<'a>>, "@odata.id" => odata_id: Text<'a>,
    }
}
object! {
    /// unifiedRoleDefinition.
    RoleDefinition<'a> {
        "id" => id: Text<'a>, "templateid" => template_id: Text<'a>, "displayname" => display_name: Text<'a>, "isbuiltin" => built_in: Flag,
        "rolepermissions" => permissions: Many<Whole<RolePermission<'a>>>, "@odata.id" => odata_id: Text<'a>,
    }
}
object! {
    /// unifiedRolePermission.
    RolePermission<'a> { "allowedresourceactions" => actions: Many<Text<'a>> }
}
object! {
    /// directoryRole, an activated built-in role.
    DirectoryRole<'a> {
        "id" => id: Text<'a>, "roletemplateid" => template_id: Text<'a>, "displayname" => display_name: Text<'a>,
        "members" => members: Many<Whole<DirectoryObject<'a>>>, "members@odata.nextlink" => members_next: Text<'a>, "@odata.id" => odata_id: Text<'a>,
    }
}
object! {
    /// organization.
    Organization<'a> { "id" => id: Text<'a>, "displayname" => display_name: Text<'a> }
}
