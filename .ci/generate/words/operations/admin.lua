-- What the operations of client.admin do.

return {
  ["admin.organization.admin_api_keys.create"] =
    "Makes an admin key, and returns it with its secret, which is told only now.",
  ["admin.organization.admin_api_keys.delete"] =
    "Deletes an admin key, which no longer works from then on, and returns a confirmation.",
  ["admin.organization.admin_api_keys.list"] =
    "Returns a page of the admin keys; of the secrets only some characters are shown.",
  ["admin.organization.admin_api_keys.retrieve"] =
    "Returns what is known of an admin key: its name, its owner, and when it was last used.",
  ["admin.organization.audit_logs.list"] = "Returns a page of who changed what in the organization, and when.",
  ["admin.organization.certificates.activate"] =
    "Makes the organization accept up to ten of its certificates for mutual TLS, all or none, and returns them.",
  ["admin.organization.certificates.create"] =
    "Uploads a certificate for mutual TLS, and returns it. Nothing asks for it before `activate`.",
  ["admin.organization.certificates.deactivate"] =
    "Stops the organization from accepting up to ten of its certificates, all or none, and returns them.",
  ["admin.organization.certificates.delete"] =
    "Deletes a certificate, which must be active nowhere, and returns a confirmation.",
  ["admin.organization.certificates.list"] =
    "Returns a page of the organization's certificates, and whether each is active.",
  ["admin.organization.certificates.retrieve"] = "Returns a certificate, with its PEM text if `include` asks for it.",
  ["admin.organization.certificates.update"] =
    "Renames a certificate, which is all that can be changed, and returns it.",
  ["admin.organization.data_retention.retrieve"] = "Returns how long data of the organization is kept.",
  ["admin.organization.data_retention.update"] = "Sets how long data of the organization is kept, and returns it.",
  ["admin.organization.external_keys.create"] =
    "Registers an encryption key that is kept with AWS, Google, Azure or Oracle, and returns it.",
  ["admin.organization.external_keys.delete"] = "Removes an external encryption key, and returns the key as it was.",
  ["admin.organization.external_keys.list"] = "Returns a page of the organization's external encryption keys.",
  ["admin.organization.external_keys.retrieve"] =
    "Returns an external encryption key: where it is kept, and which projects use it.",
  ["admin.organization.external_keys.validate"] =
    "Tries whether the API can use an external encryption key, and returns the status.",
  ["admin.organization.external_storage.create"] =
    "Registers a bucket of your own as a project's storage, and returns it, to be validated.",
  ["admin.organization.external_storage.delete"] =
    "Removes a bucket of your own from its project, and returns a confirmation.",
  ["admin.organization.external_storage.list"] =
    "Returns a page of the buckets that are registered, or of those of one project.",
  ["admin.organization.external_storage.retrieve"] = "Returns a bucket that is registered, and whether it works.",
  ["admin.organization.external_storage.validate"] =
    "Tries whether a bucket that is registered works, and returns it with its status.",
  ["admin.organization.groups.create"] =
    "Makes a group of users, which can be given roles and projects, and returns it.",
  ["admin.organization.groups.delete"] = "Deletes a group, and returns a confirmation; its users stay.",
  ["admin.organization.groups.list"] = "Returns a page of the organization's groups.",
  ["admin.organization.groups.retrieve"] = "Returns a group; its users come from `users:list`.",
  ["admin.organization.groups.roles.create"] =
    "Gives the users of a group a role in the organization, and returns the assignment.",
  ["admin.organization.groups.roles.delete"] =
    "Takes a role in the organization away from a group, and returns a confirmation.",
  ["admin.organization.groups.roles.list"] = "Returns a page of the roles that a group has in the organization.",
  ["admin.organization.groups.roles.retrieve"] = "Returns a role that a group has in the organization.",
  ["admin.organization.groups.update"] = "Renames a group, and returns it.",
  ["admin.organization.groups.users.create"] = "Adds a user to a group, and returns the membership.",
  ["admin.organization.groups.users.delete"] = "Takes a user out of a group, and returns a confirmation.",
  ["admin.organization.groups.users.list"] = "Returns a page of the users in a group.",
  ["admin.organization.groups.users.retrieve"] = "Returns a user as a member of a group.",
  ["admin.organization.invites.create"] =
    "Invites somebody by email, into projects too if wanted, and returns the invite; it must be accepted first.",
  ["admin.organization.invites.delete"] = "Takes back an invite that was not accepted yet, and returns a confirmation.",
  ["admin.organization.invites.list"] = "Returns a page of the invites to the organization.",
  ["admin.organization.invites.retrieve"] =
    "Returns an invite: who is invited, and whether it was accepted or has expired.",
  ["admin.organization.projects.api_keys.delete"] =
    "Deletes a user's key of a project, and returns a confirmation. A service account's key is not deleted so.",
  ["admin.organization.projects.api_keys.list"] =
    "Returns a page of the keys of a project; of the secrets only some characters are shown.",
  ["admin.organization.projects.api_keys.retrieve"] =
    "Returns what is known of a project's key: its name, its owner, and when it was last used.",
  ["admin.organization.projects.api_keys.update"] =
    "Changes what a project's key may do, or when it expires, and returns it.",
  ["admin.organization.projects.archive"] =
    "Archives a project, which cannot be used or changed afterwards, and returns it. Projects cannot be deleted.",
  ["admin.organization.projects.certificates.activate"] =
    "Makes a project accept up to ten of the organization's certificates, all or none, and returns them.",
  ["admin.organization.projects.certificates.deactivate"] =
    "Stops a project from accepting up to ten certificates, all or none, and returns them.",
  ["admin.organization.projects.certificates.list"] =
    "Returns a page of the certificates, and whether each is active for a project.",
  ["admin.organization.projects.create"] =
    "Makes a project, with keys, limits and users of its own, and returns it. It can be archived, not deleted.",
  ["admin.organization.projects.data_retention.retrieve"] = "Returns how long data of a project is kept.",
  ["admin.organization.projects.data_retention.update"] =
    "Sets how long data of a project is kept, or that it is as in the organization, and returns it.",
  ["admin.organization.projects.groups.create"] = "Lets a group use a project in a role, and returns the membership.",
  ["admin.organization.projects.groups.delete"] = "Takes a project away from a group, and returns a confirmation.",
  ["admin.organization.projects.groups.list"] = "Returns a page of the groups that may use a project.",
  ["admin.organization.projects.groups.retrieve"] = "Returns a group as a member of a project.",
  ["admin.organization.projects.groups.roles.create"] =
    "Gives the users of a group a role in a project, and returns the assignment.",
  ["admin.organization.projects.groups.roles.delete"] =
    "Takes a role in a project away from a group, and returns a confirmation.",
  ["admin.organization.projects.groups.roles.list"] = "Returns a page of the roles that a group has in a project.",
  ["admin.organization.projects.groups.roles.retrieve"] = "Returns a role that a group has in a project.",
  ["admin.organization.projects.hosted_tool_permissions.retrieve"] =
    "Returns which of the API's own tools, such as web search, a project may use.",
  ["admin.organization.projects.hosted_tool_permissions.update"] =
    "Allows or forbids a project the API's own tools, such as web search, and returns what holds.",
  ["admin.organization.projects.list"] =
    "Returns a page of the organization's projects; archived ones only if `include_archived` says so.",
  ["admin.organization.projects.model_permissions.delete"] =
    "Removes the list of models of a project, so that it limits nothing, and returns a confirmation.",
  ["admin.organization.projects.model_permissions.retrieve"] =
    "Returns the list of models that a project may use, or may not.",
  ["admin.organization.projects.model_permissions.update"] =
    "Sets which models a project may use, or may not, and returns the list.",
  ["admin.organization.projects.rate_limits.list_rate_limits"] =
    "Returns a page of a project's rate limits, one for each model.",
  ["admin.organization.projects.rate_limits.update_rate_limit"] =
    "Changes a project's rate limit for one model, and returns it.",
  ["admin.organization.projects.retrieve"] = "Returns a project: its name, and whether it is archived.",
  ["admin.organization.projects.roles.create"] = "Makes a role for a project out of permissions, and returns it.",
  ["admin.organization.projects.roles.delete"] =
    "Deletes a role of a project that was made by hand, and returns a confirmation.",
  ["admin.organization.projects.roles.list"] = "Returns a page of the roles that can be given in a project.",
  ["admin.organization.projects.roles.retrieve"] = "Returns a role of a project with its permissions.",
  ["admin.organization.projects.roles.update"] =
    "Changes the name, description or permissions of a project's role, and returns it.",
  ["admin.organization.projects.service_accounts.api_keys.create"] =
    "Makes a key for a service account, and returns it with its secret, which is told only now.",
  ["admin.organization.projects.service_accounts.create"] =
    "Makes a user for programs in a project, and returns it with a key, whose secret is told only now.",
  ["admin.organization.projects.service_accounts.delete"] = "Deletes a service account, and returns a confirmation.",
  ["admin.organization.projects.service_accounts.list"] = "Returns a page of the service accounts of a project.",
  ["admin.organization.projects.service_accounts.retrieve"] = "Returns a service account with its role.",
  ["admin.organization.projects.service_accounts.update"] =
    "Changes the name or role of a service account, and returns it.",
  ["admin.organization.projects.service_tier_settings.retrieve"] =
    "Returns which service tiers a project may ask for, and which it has by default.",
  ["admin.organization.projects.service_tier_settings.update"] =
    "Sets which service tiers a project may ask for, and its default, and returns what holds.",
  ["admin.organization.projects.spend_alerts.create"] =
    "Sends emails when a project has spent so much in a month, and returns the alert; requests are not stopped.",
  ["admin.organization.projects.spend_alerts.delete"] =
    "Deletes a spend alert of a project, and returns a confirmation.",
  ["admin.organization.projects.spend_alerts.list"] = "Returns a page of a project's spend alerts.",
  ["admin.organization.projects.spend_alerts.retrieve"] =
    "Returns a spend alert of a project: its amount, and who is told.",
  ["admin.organization.projects.spend_alerts.update"] =
    "Replaces the amount and receivers of a project's spend alert, and returns it.",
  ["admin.organization.projects.spend_limit.delete"] =
    "Removes the spend limit of a project, and returns a confirmation.",
  ["admin.organization.projects.spend_limit.retrieve"] =
    "Returns how much a project may spend in a month, and whether the limit is enforced.",
  ["admin.organization.projects.spend_limit.update"] =
    "Sets how much a project may spend in a month, and returns the limit. Unlike an alert it stops requests.",
  ["admin.organization.projects.update"] = "Changes a project's name, encryption key or region, and returns it.",
  ["admin.organization.projects.users.create"] =
    "Lets a user of the organization use a project in a role, and returns the membership.",
  ["admin.organization.projects.users.delete"] =
    "Takes a user out of a project, and returns a confirmation; the organization keeps the user.",
  ["admin.organization.projects.users.list"] = "Returns a page of the users of a project.",
  ["admin.organization.projects.users.retrieve"] = "Returns a user with the role that the project gives.",
  ["admin.organization.projects.users.roles.create"] =
    "Gives a user one more role in a project, and returns the assignment.",
  ["admin.organization.projects.users.roles.delete"] =
    "Takes a role in a project away from a user, and returns a confirmation.",
  ["admin.organization.projects.users.roles.list"] = "Returns a page of the roles that a user has in a project.",
  ["admin.organization.projects.users.roles.retrieve"] = "Returns a role that a user has in a project.",
  ["admin.organization.projects.users.update"] =
    "Changes the role that a user has in a project, such as member or owner, and returns the user.",
  ["admin.organization.roles.create"] =
    "Makes a role out of permissions, for users and groups of the organization, and returns it.",
  ["admin.organization.roles.delete"] = "Deletes a role that was made by hand, and returns a confirmation.",
  ["admin.organization.roles.list"] = "Returns a page of the roles that can be given in the organization.",
  ["admin.organization.roles.retrieve"] = "Returns a role of the organization with its permissions.",
  ["admin.organization.roles.update"] = "Changes the name, description or permissions of a role, and returns it.",
  ["admin.organization.spend_alerts.create"] =
    "Sends emails when the organization has spent so much in a month, and returns the alert; requests are not stopped.",
  ["admin.organization.spend_alerts.delete"] = "Deletes a spend alert of the organization, and returns a confirmation.",
  ["admin.organization.spend_alerts.list"] = "Returns a page of the organization's spend alerts.",
  ["admin.organization.spend_alerts.retrieve"] =
    "Returns a spend alert of the organization: its amount, and who is told.",
  ["admin.organization.spend_alerts.update"] = "Replaces the amount and receivers of a spend alert, and returns it.",
  ["admin.organization.spend_limit.delete"] =
    "Removes the spend limit of the organization, and returns a confirmation.",
  ["admin.organization.spend_limit.retrieve"] =
    "Returns how much the organization may spend in a month, and whether the limit is enforced.",
  ["admin.organization.spend_limit.update"] =
    "Sets how much the organization may spend in a month, and returns the limit. Unlike an alert it stops requests.",
  ["admin.organization.usage.audio_speeches"] =
    "Returns a page of how much text was read aloud: characters and requests for each minute, hour or day.",
  ["admin.organization.usage.audio_transcriptions"] =
    "Returns a page of how much sound was transcribed: seconds and requests for each minute, hour or day.",
  ["admin.organization.usage.code_interpreter_sessions"] =
    "Returns a page of how many sessions of the code interpreter were begun in each minute, hour or day.",
  ["admin.organization.usage.completions"] =
    "Returns a page of the tokens that models read and wrote, in responses too, for each minute, hour or day.",
  ["admin.organization.usage.costs"] =
    "Returns a page of what was spent on each day, in all or by project, key or line of the invoice.",
  ["admin.organization.usage.decisions"] =
    "Returns a page of the tokens that `decisions` took in each minute, hour or day.",
  ["admin.organization.usage.embeddings"] =
    "Returns a page of the tokens that were turned into vectors in each minute, hour or day.",
  ["admin.organization.usage.file_search_calls"] =
    "Returns a page of how often files were searched in each minute, hour or day.",
  ["admin.organization.usage.images"] = "Returns a page of how many images were made in each minute, hour or day.",
  ["admin.organization.usage.moderations"] =
    "Returns a page of the tokens that were moderated in each minute, hour or day.",
  ["admin.organization.usage.vector_stores"] =
    "Returns a page of how many bytes vector stores held in each minute, hour or day.",
  ["admin.organization.usage.web_search_calls"] =
    "Returns a page of how often the web was searched in each minute, hour or day.",
  ["admin.organization.users.delete"] = "Takes a user out of the organization, and returns a confirmation.",
  ["admin.organization.users.list"] = "Returns a page of the organization's users; `emails` picks some.",
  ["admin.organization.users.retrieve"] = "Returns a user of the organization: name, email, role, and since when.",
  ["admin.organization.users.roles.create"] =
    "Gives a user one more role in the organization, and returns the assignment.",
  ["admin.organization.users.roles.delete"] =
    "Takes a role in the organization away from a user, and returns a confirmation.",
  ["admin.organization.users.roles.list"] = "Returns a page of the roles that a user has in the organization.",
  ["admin.organization.users.roles.retrieve"] = "Returns a role that a user has in the organization.",
  ["admin.organization.users.update"] =
    "Changes a user's role in the organization, or what is noted of the user, and returns the user.",
  ["admin.organization.workload_identity_providers.create"] =
    "Trusts an issuer of OIDC tokens, by which machines call the API without a stored key, and returns it.",
  ["admin.organization.workload_identity_providers.delete"] =
    "Stops trusting an issuer of tokens, and returns a confirmation.",
  ["admin.organization.workload_identity_providers.federation_rules.create"] =
    "Says which tokens of an issuer stand for which service account, and returns the rule.",
  ["admin.organization.workload_identity_providers.federation_rules.delete"] =
    "Deletes a rule, so that its tokens no longer open anything, and returns a confirmation.",
  ["admin.organization.workload_identity_providers.federation_rules.list"] =
    "Returns a page of an issuer's rules, or of those for one service account.",
  ["admin.organization.workload_identity_providers.federation_rules.retrieve"] =
    "Returns a rule: which tokens it fits, and for which service account.",
  ["admin.organization.workload_identity_providers.federation_rules.update"] =
    "Changes which tokens a rule fits, what they may do, or whether it holds, and returns it.",
  ["admin.organization.workload_identity_providers.list"] = "Returns a page of the issuers of tokens that are trusted.",
  ["admin.organization.workload_identity_providers.retrieve"] =
    "Returns an issuer of tokens that is trusted, and how its tokens are verified.",
  ["admin.organization.workload_identity_providers.update"] =
    "Changes how an issuer's tokens are verified and read, or whether they count, and returns it.",
}
