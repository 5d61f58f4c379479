-- The API's operations: name = { "METHOD path", what it takes, what it gives }.
--
--   query, body, form   the fields of the query, of a JSON body, of a multipart form: `name:kinds!`; the kinds are
--                       s string (if none is given), i integer, n number, b boolean, a array, m map, o object,
--                       f file, F several files; `!` is required
--   reply               bytes, text, empty, json_or_text (as its content type says); else JSON
--   status              of success, where it is not 200
--   page                how a list is read on: cursor (after = the last item's id), conversation_cursor (after =
--                       last_id), next_cursor (after = next), next_page (page = next_page); page and
--                       page_orphan_token are lists of one page; token (page = next). `before` among the query reads
--                       backwards
--   admin               takes the admin key
--   beta, betas         the OpenAI-Beta header; whether the caller may give a list of them
--   idempotency         whether the caller may give an Idempotency-Key
--   accept              the Accept header, where it is not application/json
--   stream              how events are asked for: `stream` in the body or in the query, `stream_format` (format);
--                       always: there is nothing else
--
-- spec/support/operations.lua reads this; spec/shared_operations_spec.lua holds it against its source.

return {
  ["admin.organization.admin_api_keys.create"] = {
    "POST /organization/admin_api_keys", body = "name! expires_in_seconds:i", admin = true,
  },
  ["admin.organization.admin_api_keys.delete"] = { "DELETE /organization/admin_api_keys/{key_id}", admin = true },
  ["admin.organization.admin_api_keys.list"] = {
    "GET /organization/admin_api_keys", query = "after order limit:i", page = "cursor", admin = true,
  },
  ["admin.organization.admin_api_keys.retrieve"] = { "GET /organization/admin_api_keys/{key_id}", admin = true },
  ["admin.organization.audit_logs.list"] = {
    "GET /organization/audit_logs",
    query = "effective_at:o project_ids:a event_types:a actor_ids:a actor_emails:a resource_ids:a tenant_only:b "
      .. "limit:i after before",
    page = "conversation_cursor", admin = true,
  },
  ["admin.organization.certificates.activate"] = {
    "POST /organization/certificates/activate", body = "certificate_ids:a!", page = "page", admin = true,
  },
  ["admin.organization.certificates.create"] = {
    "POST /organization/certificates", body = "name certificate!", admin = true,
  },
  ["admin.organization.certificates.deactivate"] = {
    "POST /organization/certificates/deactivate", body = "certificate_ids:a!", page = "page", admin = true,
  },
  ["admin.organization.certificates.delete"] = { "DELETE /organization/certificates/{certificate_id}", admin = true },
  ["admin.organization.certificates.list"] = {
    "GET /organization/certificates", query = "limit:i after order", page = "conversation_cursor", admin = true,
  },
  ["admin.organization.certificates.retrieve"] = {
    "GET /organization/certificates/{certificate_id}", query = "include:a", admin = true,
  },
  ["admin.organization.certificates.update"] = {
    "POST /organization/certificates/{certificate_id}", body = "name", admin = true,
  },
  ["admin.organization.data_retention.retrieve"] = { "GET /organization/data_retention", admin = true },
  ["admin.organization.data_retention.update"] = {
    "POST /organization/data_retention", body = "retention_type!", admin = true,
  },
  ["admin.organization.external_keys.create"] = {
    "POST /organization/external_keys",
    body = "external_id kms_arn name! role_arn type! purpose audience kms_key_location kms_key_name kms_key_ring_name "
      .. "kms_project_id workload_identity_pool_id workload_identity_project_number workload_identity_provider_id "
      .. "kms_key_version key_name tenant_id vault_uri key_version key_ocid region vault_ocid key_version_ocid",
    admin = true,
  },
  ["admin.organization.external_keys.delete"] = {
    "DELETE /organization/external_keys/{external_key_id}", admin = true,
  },
  ["admin.organization.external_keys.list"] = {
    "GET /organization/external_keys", query = "after limit:i order purpose", page = "cursor", admin = true,
  },
  ["admin.organization.external_keys.retrieve"] = { "GET /organization/external_keys/{external_key_id}", admin = true },
  ["admin.organization.external_keys.validate"] = {
    "POST /organization/external_keys/{external_key_id}/validate", admin = true,
  },
  ["admin.organization.external_storage.create"] = {
    "POST /organization/external_storage", body = "project_id! provider:o!", admin = true,
  },
  ["admin.organization.external_storage.delete"] = {
    "DELETE /organization/external_storage/{external_storage_id}", admin = true,
  },
  ["admin.organization.external_storage.list"] = {
    "GET /organization/external_storage", query = "after limit:i order project_id", page = "cursor", admin = true,
  },
  ["admin.organization.external_storage.retrieve"] = {
    "GET /organization/external_storage/{external_storage_id}", admin = true,
  },
  ["admin.organization.external_storage.validate"] = {
    "POST /organization/external_storage/{external_storage_id}/validate", admin = true,
  },
  ["admin.organization.groups.create"] = { "POST /organization/groups", body = "name!", admin = true },
  ["admin.organization.groups.delete"] = { "DELETE /organization/groups/{group_id}", admin = true },
  ["admin.organization.groups.list"] = {
    "GET /organization/groups", query = "limit:i after order", page = "next_cursor", admin = true,
  },
  ["admin.organization.groups.retrieve"] = { "GET /organization/groups/{group_id}", admin = true },
  ["admin.organization.groups.roles.create"] = {
    "POST /organization/groups/{group_id}/roles", body = "role_id!", admin = true,
  },
  ["admin.organization.groups.roles.delete"] = {
    "DELETE /organization/groups/{group_id}/roles/{role_id}", admin = true,
  },
  ["admin.organization.groups.roles.list"] = {
    "GET /organization/groups/{group_id}/roles", query = "limit:i after order", page = "next_cursor", admin = true,
  },
  ["admin.organization.groups.roles.retrieve"] = {
    "GET /organization/groups/{group_id}/roles/{role_id}", admin = true,
  },
  ["admin.organization.groups.update"] = { "POST /organization/groups/{group_id}", body = "name!", admin = true },
  ["admin.organization.groups.users.create"] = {
    "POST /organization/groups/{group_id}/users", body = "user_id!", admin = true,
  },
  ["admin.organization.groups.users.delete"] = {
    "DELETE /organization/groups/{group_id}/users/{user_id}", admin = true,
  },
  ["admin.organization.groups.users.list"] = {
    "GET /organization/groups/{group_id}/users", query = "limit:i after order", page = "next_cursor", admin = true,
  },
  ["admin.organization.groups.users.retrieve"] = {
    "GET /organization/groups/{group_id}/users/{user_id}", admin = true,
  },
  ["admin.organization.invites.create"] = {
    "POST /organization/invites", body = "email! role! projects:a", admin = true,
  },
  ["admin.organization.invites.delete"] = { "DELETE /organization/invites/{invite_id}", admin = true },
  ["admin.organization.invites.list"] = {
    "GET /organization/invites", query = "limit:i after", page = "conversation_cursor", admin = true,
  },
  ["admin.organization.invites.retrieve"] = { "GET /organization/invites/{invite_id}", admin = true },
  ["admin.organization.projects.api_keys.delete"] = {
    "DELETE /organization/projects/{project_id}/api_keys/{api_key_id}", admin = true,
  },
  ["admin.organization.projects.api_keys.list"] = {
    "GET /organization/projects/{project_id}/api_keys", query = "limit:i after owner_project_access",
    page = "conversation_cursor", admin = true,
  },
  ["admin.organization.projects.api_keys.retrieve"] = {
    "GET /organization/projects/{project_id}/api_keys/{api_key_id}", admin = true,
  },
  ["admin.organization.projects.api_keys.update"] = {
    "POST /organization/projects/{project_id}/api_keys/{api_key_id}", body = "expires_in_seconds:i scopes:a",
    admin = true,
  },
  ["admin.organization.projects.archive"] = { "POST /organization/projects/{project_id}/archive", admin = true },
  ["admin.organization.projects.certificates.activate"] = {
    "POST /organization/projects/{project_id}/certificates/activate", body = "certificate_ids:a!", page = "page",
    admin = true,
  },
  ["admin.organization.projects.certificates.deactivate"] = {
    "POST /organization/projects/{project_id}/certificates/deactivate", body = "certificate_ids:a!", page = "page",
    admin = true,
  },
  ["admin.organization.projects.certificates.list"] = {
    "GET /organization/projects/{project_id}/certificates", query = "limit:i after order", page = "conversation_cursor",
    admin = true,
  },
  ["admin.organization.projects.create"] = {
    "POST /organization/projects", body = "name! residency external_key_id geography", admin = true,
  },
  ["admin.organization.projects.data_retention.retrieve"] = {
    "GET /organization/projects/{project_id}/data_retention", admin = true,
  },
  ["admin.organization.projects.data_retention.update"] = {
    "POST /organization/projects/{project_id}/data_retention", body = "retention_type!", admin = true,
  },
  ["admin.organization.projects.groups.create"] = {
    "POST /organization/projects/{project_id}/groups", body = "group_id! role!", admin = true,
  },
  ["admin.organization.projects.groups.delete"] = {
    "DELETE /organization/projects/{project_id}/groups/{group_id}", admin = true,
  },
  ["admin.organization.projects.groups.list"] = {
    "GET /organization/projects/{project_id}/groups", query = "limit:i after order", page = "next_cursor", admin = true,
  },
  ["admin.organization.projects.groups.retrieve"] = {
    "GET /organization/projects/{project_id}/groups/{group_id}", query = "group_type", admin = true,
  },
  ["admin.organization.projects.groups.roles.create"] = {
    "POST /projects/{project_id}/groups/{group_id}/roles", body = "role_id!", admin = true,
  },
  ["admin.organization.projects.groups.roles.delete"] = {
    "DELETE /projects/{project_id}/groups/{group_id}/roles/{role_id}", admin = true,
  },
  ["admin.organization.projects.groups.roles.list"] = {
    "GET /projects/{project_id}/groups/{group_id}/roles", query = "limit:i after order", page = "next_cursor",
    admin = true,
  },
  ["admin.organization.projects.groups.roles.retrieve"] = {
    "GET /projects/{project_id}/groups/{group_id}/roles/{role_id}", admin = true,
  },
  ["admin.organization.projects.hosted_tool_permissions.retrieve"] = {
    "GET /organization/projects/{project_id}/hosted_tool_permissions", admin = true,
  },
  ["admin.organization.projects.hosted_tool_permissions.update"] = {
    "POST /organization/projects/{project_id}/hosted_tool_permissions",
    body = "file_search:o web_search:o image_generation:o mcp:o code_interpreter:o", admin = true,
  },
  ["admin.organization.projects.list"] = {
    "GET /organization/projects", query = "limit:i after include_archived:b", page = "conversation_cursor",
    admin = true,
  },
  ["admin.organization.projects.model_permissions.delete"] = {
    "DELETE /organization/projects/{project_id}/model_permissions", admin = true,
  },
  ["admin.organization.projects.model_permissions.retrieve"] = {
    "GET /organization/projects/{project_id}/model_permissions", admin = true,
  },
  ["admin.organization.projects.model_permissions.update"] = {
    "POST /organization/projects/{project_id}/model_permissions", body = "mode! model_ids:a!", admin = true,
  },
  ["admin.organization.projects.rate_limits.list_rate_limits"] = {
    "GET /organization/projects/{project_id}/rate_limits", query = "limit:i after before", page = "conversation_cursor",
    admin = true,
  },
  ["admin.organization.projects.rate_limits.update_rate_limit"] = {
    "POST /organization/projects/{project_id}/rate_limits/{rate_limit_id}",
    body = "max_requests_per_1_minute:i max_tokens_per_1_minute:i max_images_per_1_minute:i "
      .. "max_audio_megabytes_per_1_minute:i max_requests_per_1_day:i batch_1_day_max_input_tokens:i",
    admin = true,
  },
  ["admin.organization.projects.retrieve"] = { "GET /organization/projects/{project_id}", admin = true },
  ["admin.organization.projects.roles.create"] = {
    "POST /projects/{project_id}/roles", body = "role_name! permissions:a! description", admin = true,
  },
  ["admin.organization.projects.roles.delete"] = { "DELETE /projects/{project_id}/roles/{role_id}", admin = true },
  ["admin.organization.projects.roles.list"] = {
    "GET /projects/{project_id}/roles", query = "limit:i after order", page = "next_cursor", admin = true,
  },
  ["admin.organization.projects.roles.retrieve"] = { "GET /projects/{project_id}/roles/{role_id}", admin = true },
  ["admin.organization.projects.roles.update"] = {
    "POST /projects/{project_id}/roles/{role_id}", body = "permissions:a description role_name", admin = true,
  },
  ["admin.organization.projects.service_accounts.api_keys.create"] = {
    "POST /organization/projects/{project_id}/service_accounts/{service_account_id}/api_keys",
    body = "name scopes:a expires_in_seconds:i", admin = true,
  },
  ["admin.organization.projects.service_accounts.create"] = {
    "POST /organization/projects/{project_id}/service_accounts",
    body = "name! create_service_account_only:b expires_in_seconds:i", admin = true,
  },
  ["admin.organization.projects.service_accounts.delete"] = {
    "DELETE /organization/projects/{project_id}/service_accounts/{service_account_id}", admin = true,
  },
  ["admin.organization.projects.service_accounts.list"] = {
    "GET /organization/projects/{project_id}/service_accounts", query = "limit:i after", page = "conversation_cursor",
    admin = true,
  },
  ["admin.organization.projects.service_accounts.retrieve"] = {
    "GET /organization/projects/{project_id}/service_accounts/{service_account_id}", admin = true,
  },
  ["admin.organization.projects.service_accounts.update"] = {
    "POST /organization/projects/{project_id}/service_accounts/{service_account_id}", body = "name role", admin = true,
  },
  ["admin.organization.projects.service_tier_settings.retrieve"] = {
    "GET /organization/projects/{project_id}/service_tier_settings", admin = true,
  },
  ["admin.organization.projects.service_tier_settings.update"] = {
    "POST /organization/projects/{project_id}/service_tier_settings", body = "default enabled_tiers:sa", admin = true,
  },
  ["admin.organization.projects.spend_alerts.create"] = {
    "POST /organization/projects/{project_id}/spend_alerts",
    body = "threshold_amount:i! currency! interval! notification_channel:o!", admin = true,
  },
  ["admin.organization.projects.spend_alerts.delete"] = {
    "DELETE /organization/projects/{project_id}/spend_alerts/{alert_id}", admin = true,
  },
  ["admin.organization.projects.spend_alerts.list"] = {
    "GET /organization/projects/{project_id}/spend_alerts", query = "limit:i order after before",
    page = "conversation_cursor", admin = true,
  },
  ["admin.organization.projects.spend_alerts.retrieve"] = {
    "GET /organization/projects/{project_id}/spend_alerts/{alert_id}", admin = true,
  },
  ["admin.organization.projects.spend_alerts.update"] = {
    "POST /organization/projects/{project_id}/spend_alerts/{alert_id}",
    body = "threshold_amount:i! currency! interval! notification_channel:o!", admin = true,
  },
  ["admin.organization.projects.spend_limit.delete"] = {
    "DELETE /organization/projects/{project_id}/spend_limit", admin = true,
  },
  ["admin.organization.projects.spend_limit.retrieve"] = {
    "GET /organization/projects/{project_id}/spend_limit", admin = true,
  },
  ["admin.organization.projects.spend_limit.update"] = {
    "POST /organization/projects/{project_id}/spend_limit", body = "threshold_amount:i! currency! interval!",
    admin = true,
  },
  ["admin.organization.projects.update"] = {
    "POST /organization/projects/{project_id}", body = "name external_key_id geography", admin = true,
  },
  ["admin.organization.projects.users.create"] = {
    "POST /organization/projects/{project_id}/users", body = "user_id email role!", admin = true,
  },
  ["admin.organization.projects.users.delete"] = {
    "DELETE /organization/projects/{project_id}/users/{user_id}", admin = true,
  },
  ["admin.organization.projects.users.list"] = {
    "GET /organization/projects/{project_id}/users", query = "limit:i after", page = "conversation_cursor",
    admin = true,
  },
  ["admin.organization.projects.users.retrieve"] = {
    "GET /organization/projects/{project_id}/users/{user_id}", admin = true,
  },
  ["admin.organization.projects.users.roles.create"] = {
    "POST /projects/{project_id}/users/{user_id}/roles", body = "role_id!", admin = true,
  },
  ["admin.organization.projects.users.roles.delete"] = {
    "DELETE /projects/{project_id}/users/{user_id}/roles/{role_id}", admin = true,
  },
  ["admin.organization.projects.users.roles.list"] = {
    "GET /projects/{project_id}/users/{user_id}/roles", query = "limit:i after order", page = "next_cursor",
    admin = true,
  },
  ["admin.organization.projects.users.roles.retrieve"] = {
    "GET /projects/{project_id}/users/{user_id}/roles/{role_id}", admin = true,
  },
  ["admin.organization.projects.users.update"] = {
    "POST /organization/projects/{project_id}/users/{user_id}", body = "role", admin = true,
  },
  ["admin.organization.roles.create"] = {
    "POST /organization/roles", body = "role_name! permissions:a! description", admin = true,
  },
  ["admin.organization.roles.delete"] = { "DELETE /organization/roles/{role_id}", admin = true },
  ["admin.organization.roles.list"] = {
    "GET /organization/roles", query = "limit:i after order", page = "next_cursor", admin = true,
  },
  ["admin.organization.roles.retrieve"] = { "GET /organization/roles/{role_id}", admin = true },
  ["admin.organization.roles.update"] = {
    "POST /organization/roles/{role_id}", body = "permissions:a description role_name", admin = true,
  },
  ["admin.organization.spend_alerts.create"] = {
    "POST /organization/spend_alerts", body = "threshold_amount:i! currency! interval! notification_channel:o!",
    admin = true,
  },
  ["admin.organization.spend_alerts.delete"] = { "DELETE /organization/spend_alerts/{alert_id}", admin = true },
  ["admin.organization.spend_alerts.list"] = {
    "GET /organization/spend_alerts", query = "limit:i order after before", page = "conversation_cursor", admin = true,
  },
  ["admin.organization.spend_alerts.retrieve"] = { "GET /organization/spend_alerts/{alert_id}", admin = true },
  ["admin.organization.spend_alerts.update"] = {
    "POST /organization/spend_alerts/{alert_id}",
    body = "threshold_amount:i! currency! interval! notification_channel:o!", admin = true,
  },
  ["admin.organization.spend_limit.delete"] = { "DELETE /organization/spend_limit", admin = true },
  ["admin.organization.spend_limit.retrieve"] = { "GET /organization/spend_limit", admin = true },
  ["admin.organization.spend_limit.update"] = {
    "POST /organization/spend_limit", body = "threshold_amount:i! currency! interval!", admin = true,
  },
  ["admin.organization.usage.audio_speeches"] = {
    "GET /organization/usage/audio_speeches",
    query = "start_time:i! end_time:i bucket_width project_ids:a user_ids:a api_key_ids:a models:a group_by:a limit:i "
      .. "page",
    page = "next_page", admin = true,
  },
  ["admin.organization.usage.audio_transcriptions"] = {
    "GET /organization/usage/audio_transcriptions",
    query = "start_time:i! end_time:i bucket_width project_ids:a user_ids:a api_key_ids:a models:a group_by:a limit:i "
      .. "page",
    page = "next_page", admin = true,
  },
  ["admin.organization.usage.code_interpreter_sessions"] = {
    "GET /organization/usage/code_interpreter_sessions",
    query = "start_time:i! end_time:i bucket_width project_ids:a group_by:a limit:i page", page = "next_page",
    admin = true,
  },
  ["admin.organization.usage.completions"] = {
    "GET /organization/usage/completions",
    query = "start_time:i! end_time:i bucket_width project_ids:a user_ids:a api_key_ids:a models:a batch:b group_by:a "
      .. "limit:i page",
    page = "next_page", admin = true,
  },
  ["admin.organization.usage.costs"] = {
    "GET /organization/costs",
    query = "start_time:i! end_time:i bucket_width project_ids:a api_key_ids:a group_by:a limit:i page line_items:a",
    page = "next_page", admin = true,
  },
  ["admin.organization.usage.decisions"] = {
    "GET /organization/usage/decisions",
    query = "start_time:i! api_key_ids:a batch:b bucket_width end_time:i group_by:a limit:i models:a page "
      .. "project_ids:a user_ids:a",
    page = "next_page", admin = true,
  },
  ["admin.organization.usage.embeddings"] = {
    "GET /organization/usage/embeddings",
    query = "start_time:i! end_time:i bucket_width project_ids:a user_ids:a api_key_ids:a models:a group_by:a limit:i "
      .. "page",
    page = "next_page", admin = true,
  },
  ["admin.organization.usage.file_search_calls"] = {
    "GET /organization/usage/file_search_calls",
    query = "start_time:i! end_time:i bucket_width project_ids:a user_ids:a api_key_ids:a vector_store_ids:a "
      .. "group_by:a limit:i page",
    page = "next_page", admin = true,
  },
  ["admin.organization.usage.images"] = {
    "GET /organization/usage/images",
    query = "start_time:i! end_time:i bucket_width sources:a sizes:a project_ids:a user_ids:a api_key_ids:a models:a "
      .. "group_by:a limit:i page",
    page = "next_page", admin = true,
  },
  ["admin.organization.usage.moderations"] = {
    "GET /organization/usage/moderations",
    query = "start_time:i! end_time:i bucket_width project_ids:a user_ids:a api_key_ids:a models:a group_by:a limit:i "
      .. "page",
    page = "next_page", admin = true,
  },
  ["admin.organization.usage.vector_stores"] = {
    "GET /organization/usage/vector_stores",
    query = "start_time:i! end_time:i bucket_width project_ids:a group_by:a limit:i page", page = "next_page",
    admin = true,
  },
  ["admin.organization.usage.web_search_calls"] = {
    "GET /organization/usage/web_search_calls",
    query = "start_time:i! end_time:i bucket_width project_ids:a user_ids:a api_key_ids:a models:a context_levels:a "
      .. "group_by:a limit:i page",
    page = "next_page", admin = true,
  },
  ["admin.organization.users.delete"] = { "DELETE /organization/users/{user_id}", admin = true },
  ["admin.organization.users.list"] = {
    "GET /organization/users", query = "limit:i after emails:a", page = "conversation_cursor", admin = true,
  },
  ["admin.organization.users.retrieve"] = { "GET /organization/users/{user_id}", admin = true },
  ["admin.organization.users.roles.create"] = {
    "POST /organization/users/{user_id}/roles", body = "role_id!", admin = true,
  },
  ["admin.organization.users.roles.delete"] = { "DELETE /organization/users/{user_id}/roles/{role_id}", admin = true },
  ["admin.organization.users.roles.list"] = {
    "GET /organization/users/{user_id}/roles", query = "limit:i after order", page = "next_cursor", admin = true,
  },
  ["admin.organization.users.roles.retrieve"] = { "GET /organization/users/{user_id}/roles/{role_id}", admin = true },
  ["admin.organization.users.update"] = {
    "POST /organization/users/{user_id}", body = "role role_id technical_level developer_persona", admin = true,
  },
  ["admin.organization.workload_identity_providers.create"] = {
    "POST /organization/workload_identity_providers",
    body = "audience! issuer! name! type! attribute_transformations:a description enabled:b verification:o",
    admin = true,
  },
  ["admin.organization.workload_identity_providers.delete"] = {
    "DELETE /organization/workload_identity_providers/{workload_identity_provider_id}", admin = true,
  },
  ["admin.organization.workload_identity_providers.federation_rules.create"] = {
    "POST /organization/workload_identity_providers/{workload_identity_provider_id}/federation_rules",
    body = "attribute_matchers:m! project_id! service_account_id! description enabled:b name permissions:o",
    admin = true,
  },
  ["admin.organization.workload_identity_providers.federation_rules.delete"] = {
    "DELETE /organization/workload_identity_providers/{workload_identity_provider_id}/federation_rules"
      .. "/{workload_identity_federation_rule_id}",
    admin = true,
  },
  ["admin.organization.workload_identity_providers.federation_rules.list"] = {
    "GET /organization/workload_identity_providers/{workload_identity_provider_id}/federation_rules",
    query = "after limit:i order service_account_id", page = "cursor", admin = true,
  },
  ["admin.organization.workload_identity_providers.federation_rules.retrieve"] = {
    "GET /organization/workload_identity_providers/{workload_identity_provider_id}/federation_rules"
      .. "/{workload_identity_federation_rule_id}",
    admin = true,
  },
  ["admin.organization.workload_identity_providers.federation_rules.update"] = {
    "POST /organization/workload_identity_providers/{workload_identity_provider_id}/federation_rules"
      .. "/{workload_identity_federation_rule_id}",
    body = "attribute_matchers:m description enabled:b name permissions:o", admin = true,
  },
  ["admin.organization.workload_identity_providers.list"] = {
    "GET /organization/workload_identity_providers", query = "after limit:i order", page = "cursor", admin = true,
  },
  ["admin.organization.workload_identity_providers.retrieve"] = {
    "GET /organization/workload_identity_providers/{workload_identity_provider_id}", admin = true,
  },
  ["admin.organization.workload_identity_providers.update"] = {
    "POST /organization/workload_identity_providers/{workload_identity_provider_id}",
    body = "attribute_transformations:a audience description enabled:b issuer name verification:o", admin = true,
  },
  ["audio.speech.create"] = {
    "POST /audio/speech", body = "model! input! instructions voice:so! response_format speed:n stream_format",
    reply = "bytes", accept = "application/octet-stream", stream = "format",
  },
  ["audio.transcriptions.create"] = {
    "POST /audio/transcriptions",
    form = "file:f! model! language languages:a keywords:a prompt response_format temperature:n include:a "
      .. "timestamp_granularities:a stream:b chunking_strategy:so known_speaker_names:a known_speaker_references:a",
    reply = "json_or_text", stream = "body",
  },
  ["audio.translations.create"] = {
    "POST /audio/translations", form = "file:f! model! prompt response_format temperature:n", reply = "json_or_text",
  },
  ["audio.voice_consents.create"] = { "POST /audio/voice_consents", form = "name! recording:f! language!" },
  ["audio.voice_consents.delete"] = { "DELETE /audio/voice_consents/{consent_id}" },
  ["audio.voice_consents.list"] = {
    "GET /audio/voice_consents", query = "after limit:i", page = "conversation_cursor",
  },
  ["audio.voice_consents.retrieve"] = { "GET /audio/voice_consents/{consent_id}" },
  ["audio.voice_consents.update"] = { "POST /audio/voice_consents/{consent_id}", body = "name!" },
  ["audio.voices.create"] = {
    "POST /audio/voices", form = "name! audio_sample:f consent type prompt model script_hint",
  },
  ["audio.voices.delete"] = { "DELETE /audio/voices/{voice_id}" },
  ["batches.cancel"] = { "POST /batches/{batch_id}/cancel" },
  ["batches.create"] = {
    "POST /batches", body = "input_file_id! endpoint! completion_window! metadata:m output_expires_after:o",
  },
  ["batches.list"] = { "GET /batches", query = "after limit:i", page = "cursor" },
  ["batches.retrieve"] = { "GET /batches/{batch_id}" },
  ["beta.agents.automations.create"] = {
    "POST /agents/automations", body = "expression name! target:o! timezone type! metadata:m run_at:i",
    beta = "agents=v1",
  },
  ["beta.agents.automations.delete"] = { "DELETE /agents/automations/{automation_id}", beta = "agents=v1" },
  ["beta.agents.automations.invocations.create"] = {
    "POST /agents/automations/{automation_id}/invocations", beta = "agents=v1",
  },
  ["beta.agents.automations.invocations.list"] = {
    "GET /agents/automations/{automation_id}/invocations", query = "after limit:i order", page = "cursor",
    beta = "agents=v1",
  },
  ["beta.agents.automations.invocations.retrieve"] = {
    "GET /agents/automations/{automation_id}/invocations/{invocation_id}", beta = "agents=v1",
  },
  ["beta.agents.automations.list"] = {
    "GET /agents/automations", query = "after limit:i order session_id", page = "cursor", beta = "agents=v1",
  },
  ["beta.agents.automations.pause"] = { "POST /agents/automations/{automation_id}/pause", beta = "agents=v1" },
  ["beta.agents.automations.resume"] = { "POST /agents/automations/{automation_id}/resume", beta = "agents=v1" },
  ["beta.agents.automations.retrieve"] = { "GET /agents/automations/{automation_id}", beta = "agents=v1" },
  ["beta.agents.automations.update"] = {
    "POST /agents/automations/{automation_id}", body = "expression metadata:m name run_at:i target:o timezone",
    beta = "agents=v1",
  },
  ["beta.agents.create"] = {
    "POST /agents",
    body = "model! compaction:o experimental:o instructions metadata:m multi_agent:o name reasoning:o service_tier "
      .. "text:o tools:a",
    beta = "agents=v1",
  },
  ["beta.agents.delete"] = { "DELETE /agents/{agent_id}", beta = "agents=v1" },
  ["beta.agents.environments.create"] = {
    "POST /agents/environments", body = "environment:o! vault_ids:a", beta = "agents=v1", idempotency = true,
  },
  ["beta.agents.environments.files.create"] = {
    "POST /agents/environments/{environment_id}/files", body = "file_id path! type! data", beta = "agents=v1",
  },
  ["beta.agents.environments.files.list"] = {
    "GET /agents/environments/{environment_id}/files", query = "limit:i order page path", page = "token",
    beta = "agents=v1",
  },
  ["beta.agents.environments.list"] = {
    "GET /agents/environments", query = "after limit:i order type", page = "cursor", beta = "agents=v1",
  },
  ["beta.agents.environments.retrieve"] = { "GET /agents/environments/{environment_id}", beta = "agents=v1" },
  ["beta.agents.environments.templates.create"] = {
    "POST /agents/environments/templates",
    body = "capability_directories:a desktop:o env:m files:a name network:o packages:o plugins:a setup_commands:a "
      .. "skills:a",
    beta = "agents=v1",
  },
  ["beta.agents.environments.templates.delete"] = {
    "DELETE /agents/environments/templates/{environment_template_id}", beta = "agents=v1",
  },
  ["beta.agents.environments.templates.list"] = {
    "GET /agents/environments/templates", query = "after limit:i order", page = "cursor", beta = "agents=v1",
  },
  ["beta.agents.environments.templates.retrieve"] = {
    "GET /agents/environments/templates/{environment_template_id}", beta = "agents=v1",
  },
  ["beta.agents.environments.templates.update"] = {
    "POST /agents/environments/templates/{environment_template_id}",
    body = "capability_directories:a desktop:o env:m files:a name network:o packages:o plugins:a setup_commands:a "
      .. "skills:a",
    beta = "agents=v1",
  },
  ["beta.agents.list"] = { "GET /agents", query = "after limit:i order", page = "cursor", beta = "agents=v1" },
  ["beta.agents.retrieve"] = { "GET /agents/{agent_id}", beta = "agents=v1" },
  ["beta.agents.sessions.artifacts.content"] = {
    "GET /agents/sessions/{session_id}/artifacts/{artifact_id}/content", reply = "bytes", beta = "agents=v1",
    accept = "application/octet-stream",
  },
  ["beta.agents.sessions.artifacts.delete"] = {
    "DELETE /agents/sessions/{session_id}/artifacts/{artifact_id}", beta = "agents=v1",
  },
  ["beta.agents.sessions.artifacts.list"] = {
    "GET /agents/sessions/{session_id}/artifacts", query = "after environment_id limit:i order", page = "cursor",
    beta = "agents=v1",
  },
  ["beta.agents.sessions.artifacts.retrieve"] = {
    "GET /agents/sessions/{session_id}/artifacts/{artifact_id}", beta = "agents=v1",
  },
  ["beta.agents.sessions.create"] = {
    "POST /agents/sessions",
    body = "environment:o! agent:o agent_id input:sa metadata:m prompt_cache_options:o review stream_options:o "
      .. "vault_ids:a stream:b spend_control:o",
    beta = "agents=v1", stream = "body",
  },
  ["beta.agents.sessions.delete"] = { "DELETE /agents/sessions/{session_id}", beta = "agents=v1" },
  ["beta.agents.sessions.events.create"] = {
    "POST /agents/sessions/{session_id}/events", body = "events:a!", reply = "empty", beta = "agents=v1",
    idempotency = true, accept = "*/*",
  },
  ["beta.agents.sessions.events.stream"] = {
    "GET /agents/sessions/{session_id}/events", query = "include_obfuscation:b", beta = "agents=v1",
    accept = "text/event-stream", stream = "always",
  },
  ["beta.agents.sessions.items.list"] = {
    "GET /agents/sessions/{session_id}/items", query = "after limit:i order", page = "cursor", beta = "agents=v1",
  },
  ["beta.agents.sessions.list"] = {
    "GET /agents/sessions", query = "after agent_id limit:i metadata:m order", page = "cursor", beta = "agents=v1",
  },
  ["beta.agents.sessions.retrieve"] = { "GET /agents/sessions/{session_id}", beta = "agents=v1" },
  ["beta.agents.sessions.subagents.items.list"] = {
    "GET /agents/sessions/{session_id}/subagents/{subagent_id}/items", query = "after limit:i order", page = "cursor",
    beta = "agents=v1",
  },
  ["beta.agents.sessions.subagents.list"] = {
    "GET /agents/sessions/{session_id}/subagents", query = "after limit:i order", page = "cursor", beta = "agents=v1",
  },
  ["beta.agents.sessions.subagents.retrieve"] = {
    "GET /agents/sessions/{session_id}/subagents/{subagent_id}", beta = "agents=v1",
  },
  ["beta.agents.sessions.subagents.turns.items.list"] = {
    "GET /agents/sessions/{session_id}/subagents/{subagent_id}/turns/{turn_id}/items", query = "after limit:i order",
    page = "cursor", beta = "agents=v1",
  },
  ["beta.agents.sessions.subagents.turns.list"] = {
    "GET /agents/sessions/{session_id}/subagents/{subagent_id}/turns", query = "after limit:i order", page = "cursor",
    beta = "agents=v1",
  },
  ["beta.agents.sessions.subagents.turns.retrieve"] = {
    "GET /agents/sessions/{session_id}/subagents/{subagent_id}/turns/{turn_id}", beta = "agents=v1",
  },
  ["beta.agents.sessions.traces.list"] = {
    "GET /agents/sessions/{session_id}/traces", query = "after limit:i order", page = "cursor", beta = "agents=v1",
  },
  ["beta.agents.sessions.turns.items.list"] = {
    "GET /agents/sessions/{session_id}/turns/{turn_id}/items", query = "after limit:i order",
    page = "conversation_cursor", beta = "agents=v1",
  },
  ["beta.agents.sessions.turns.list"] = {
    "GET /agents/sessions/{session_id}/turns", query = "after limit:i order", page = "cursor", beta = "agents=v1",
  },
  ["beta.agents.sessions.turns.retrieve"] = { "GET /agents/sessions/{session_id}/turns/{turn_id}", beta = "agents=v1" },
  ["beta.agents.sessions.update"] = {
    "POST /agents/sessions/{session_id}", body = "agent:o metadata:m prompt_cache_options:o review spend_control:o",
    beta = "agents=v1",
  },
  ["beta.agents.update"] = {
    "POST /agents/{agent_id}",
    body = "compaction:o experimental:o instructions metadata:m model multi_agent:o name reasoning:o service_tier "
      .. "text:o tools:a",
    beta = "agents=v1",
  },
  ["beta.agents.vaults.create"] = { "POST /vaults", body = "metadata:m name", beta = "agents=v1" },
  ["beta.agents.vaults.credentials.create"] = {
    "POST /vaults/{vault_id}/credentials", body = "auth:o! name! metadata:m", beta = "agents=v1",
  },
  ["beta.agents.vaults.credentials.delete"] = {
    "DELETE /vaults/{vault_id}/credentials/{credential_id}", beta = "agents=v1",
  },
  ["beta.agents.vaults.credentials.list"] = {
    "GET /vaults/{vault_id}/credentials", query = "after limit:i metadata:m order status:sa", page = "cursor",
    beta = "agents=v1",
  },
  ["beta.agents.vaults.credentials.retrieve"] = {
    "GET /vaults/{vault_id}/credentials/{credential_id}", beta = "agents=v1",
  },
  ["beta.agents.vaults.credentials.update"] = {
    "POST /vaults/{vault_id}/credentials/{credential_id}", body = "auth:o metadata:m", beta = "agents=v1",
  },
  ["beta.agents.vaults.delete"] = { "DELETE /vaults/{vault_id}", beta = "agents=v1" },
  ["beta.agents.vaults.list"] = {
    "GET /vaults", query = "after limit:i metadata:m order status:sa", page = "cursor", beta = "agents=v1",
  },
  ["beta.agents.vaults.retrieve"] = { "GET /vaults/{vault_id}", beta = "agents=v1" },
  ["beta.agents.vaults.update"] = { "POST /vaults/{vault_id}", body = "metadata:m name", beta = "agents=v1" },
  ["beta.assistants.create"] = {
    "POST /assistants",
    body = "model! name description instructions reasoning_effort tools:a tool_resources:o metadata:m temperature:n "
      .. "top_p:n response_format:so",
    beta = "assistants=v2",
  },
  ["beta.assistants.delete"] = { "DELETE /assistants/{assistant_id}", beta = "assistants=v2" },
  ["beta.assistants.list"] = {
    "GET /assistants", query = "limit:i order after before", page = "cursor", beta = "assistants=v2",
  },
  ["beta.assistants.retrieve"] = { "GET /assistants/{assistant_id}", beta = "assistants=v2" },
  ["beta.assistants.update"] = {
    "POST /assistants/{assistant_id}",
    body = "model reasoning_effort name description instructions tools:a tool_resources:o metadata:m temperature:n "
      .. "top_p:n response_format:so",
    beta = "assistants=v2",
  },
  ["beta.chatkit.sessions.cancel"] = { "POST /chatkit/sessions/{session_id}/cancel", beta = "chatkit_beta=v1" },
  ["beta.chatkit.sessions.create"] = {
    "POST /chatkit/sessions", body = "workflow:o! user! expires_after:o rate_limits:o chatkit_configuration:o",
    beta = "chatkit_beta=v1",
  },
  ["beta.chatkit.threads.delete"] = { "DELETE /chatkit/threads/{thread_id}", beta = "chatkit_beta=v1" },
  ["beta.chatkit.threads.list"] = {
    "GET /chatkit/threads", query = "limit:i order after before user", page = "conversation_cursor",
    beta = "chatkit_beta=v1",
  },
  ["beta.chatkit.threads.list_items"] = {
    "GET /chatkit/threads/{thread_id}/items", query = "limit:i order after before", page = "conversation_cursor",
    beta = "chatkit_beta=v1",
  },
  ["beta.chatkit.threads.retrieve"] = { "GET /chatkit/threads/{thread_id}", beta = "chatkit_beta=v1" },
  ["beta.realtime.sessions.create"] = {
    "POST /realtime/sessions",
    body = "client_secret:o! modalities:a instructions voice:so input_audio_format output_audio_format "
      .. "input_audio_transcription:o speed:n tracing:so turn_detection:o tools:a tool_choice temperature:n "
      .. "max_response_output_tokens:si truncation:so prompt:o",
    beta = "assistants=v2",
  },
  ["beta.realtime.transcription_sessions.create"] = {
    "POST /realtime/transcription_sessions",
    body = "turn_detection:o input_audio_noise_reduction:o input_audio_format input_audio_transcription:o include:a",
    beta = "assistants=v2",
  },
  ["beta.responses.cancel"] = { "POST /responses/{response_id}/cancel?beta=true", betas = true },
  ["beta.responses.compact"] = {
    "POST /responses/compact?beta=true",
    body = "model! input:sa previous_response_id instructions prompt_cache_key prompt_cache_retention "
      .. "prompt_cache_options:o service_tier image:o",
    betas = true,
  },
  ["beta.responses.create"] = {
    "POST /responses?beta=true",
    body = "metadata:m top_logprobs:i temperature:n top_p:n user safety_identifier prompt_cache_key "
      .. "prompt_cache_retention prompt_cache_options:o previous_response_id model background:b max_tool_calls:i "
      .. "text:o tools:a tool_choice:so prompt:o service_tier truncation reasoning:o input:sa include:a "
      .. "parallel_tool_calls:b store:b instructions moderation:o stream:b stream_options:o conversation:so "
      .. "context_management:a max_output_tokens:i multi_agent:o access_programs:o background_options:o image:o",
    betas = true, stream = "body",
  },
  ["beta.responses.delete"] = {
    "DELETE /responses/{response_id}?beta=true", reply = "empty", betas = true, accept = "*/*",
  },
  ["beta.responses.input_items.list"] = {
    "GET /responses/{response_id}/input_items?beta=true", query = "limit:i order after include:a", page = "cursor",
    betas = true,
  },
  ["beta.responses.input_tokens.count"] = {
    "POST /responses/input_tokens?beta=true",
    body = "model input:sa previous_response_id tools:a text:o reasoning:o truncation instructions personality "
      .. "conversation:so tool_choice:so parallel_tool_calls:b",
    betas = true,
  },
  ["beta.responses.retrieve"] = {
    "GET /responses/{response_id}?beta=true", query = "include:a stream:b starting_after:i include_obfuscation:b",
    betas = true, stream = "query",
  },
  ["beta.threads.create"] = {
    "POST /threads", body = "messages:a tool_resources:o metadata:m", beta = "assistants=v2",
  },
  ["beta.threads.create_and_run"] = {
    "POST /threads/runs",
    body = "assistant_id! thread:o model instructions tools:a tool_resources:o metadata:m temperature:n top_p:n "
      .. "stream:b max_prompt_tokens:i max_completion_tokens:i truncation_strategy:o tool_choice:so "
      .. "parallel_tool_calls:b response_format:so",
    beta = "assistants=v2", stream = "body",
  },
  ["beta.threads.delete"] = { "DELETE /threads/{thread_id}", beta = "assistants=v2" },
  ["beta.threads.messages.create"] = {
    "POST /threads/{thread_id}/messages", body = "role! content:sa! attachments:a metadata:m", beta = "assistants=v2",
  },
  ["beta.threads.messages.delete"] = { "DELETE /threads/{thread_id}/messages/{message_id}", beta = "assistants=v2" },
  ["beta.threads.messages.list"] = {
    "GET /threads/{thread_id}/messages", query = "limit:i order after before run_id", page = "cursor",
    beta = "assistants=v2",
  },
  ["beta.threads.messages.retrieve"] = { "GET /threads/{thread_id}/messages/{message_id}", beta = "assistants=v2" },
  ["beta.threads.messages.update"] = {
    "POST /threads/{thread_id}/messages/{message_id}", body = "metadata:m", beta = "assistants=v2",
  },
  ["beta.threads.retrieve"] = { "GET /threads/{thread_id}", beta = "assistants=v2" },
  ["beta.threads.runs.cancel"] = { "POST /threads/{thread_id}/runs/{run_id}/cancel", beta = "assistants=v2" },
  ["beta.threads.runs.create"] = {
    "POST /threads/{thread_id}/runs", query = "include:a",
    body = "assistant_id! model reasoning_effort instructions additional_instructions additional_messages:a tools:a "
      .. "metadata:m temperature:n top_p:n stream:b max_prompt_tokens:i max_completion_tokens:i truncation_strategy:o "
      .. "tool_choice:so parallel_tool_calls:b response_format:so",
    beta = "assistants=v2", stream = "body",
  },
  ["beta.threads.runs.list"] = {
    "GET /threads/{thread_id}/runs", query = "limit:i order after before", page = "cursor", beta = "assistants=v2",
  },
  ["beta.threads.runs.retrieve"] = { "GET /threads/{thread_id}/runs/{run_id}", beta = "assistants=v2" },
  ["beta.threads.runs.steps.list"] = {
    "GET /threads/{thread_id}/runs/{run_id}/steps", query = "limit:i order after before include:a", page = "cursor",
    beta = "assistants=v2",
  },
  ["beta.threads.runs.steps.retrieve"] = {
    "GET /threads/{thread_id}/runs/{run_id}/steps/{step_id}", query = "include:a", beta = "assistants=v2",
  },
  ["beta.threads.runs.submit_tool_outputs"] = {
    "POST /threads/{thread_id}/runs/{run_id}/submit_tool_outputs", body = "tool_outputs:a! stream:b",
    beta = "assistants=v2", stream = "body",
  },
  ["beta.threads.runs.update"] = {
    "POST /threads/{thread_id}/runs/{run_id}", body = "metadata:m", beta = "assistants=v2",
  },
  ["beta.threads.update"] = {
    "POST /threads/{thread_id}", body = "tool_resources:o metadata:m", beta = "assistants=v2",
  },
  ["chat.completions.create"] = {
    "POST /chat/completions",
    body = "metadata:m top_logprobs:i temperature:n top_p:n user safety_identifier prompt_cache_key "
      .. "prompt_cache_retention prompt_cache_options:o messages:a! model! service_tier modalities:a verbosity "
      .. "reasoning_effort max_completion_tokens:i frequency_penalty:n presence_penalty:n web_search_options:o "
      .. "response_format:o audio:o store:b moderation:o stream:b stop:sa logit_bias:m logprobs:b max_tokens:i n:i "
      .. "prediction:o seed:i stream_options:o tools:a tool_choice:so parallel_tool_calls:b function_call:so "
      .. "functions:a",
    stream = "body",
  },
  ["chat.completions.delete"] = { "DELETE /chat/completions/{completion_id}" },
  ["chat.completions.list"] = {
    "GET /chat/completions", query = "model metadata:m after limit:i order", page = "cursor",
  },
  ["chat.completions.messages.list"] = {
    "GET /chat/completions/{completion_id}/messages", query = "after limit:i order", page = "cursor",
  },
  ["chat.completions.retrieve"] = { "GET /chat/completions/{completion_id}" },
  ["chat.completions.update"] = { "POST /chat/completions/{completion_id}", body = "metadata:m!" },
  ["completions.create"] = {
    "POST /completions",
    body = "model! prompt:sa! best_of:i echo:b frequency_penalty:n logit_bias:m logprobs:i max_tokens:i n:i "
      .. "presence_penalty:n seed:i stop:sa stream:b stream_options:o suffix temperature:n top_p:n user",
    stream = "body",
  },
  ["containers.create"] = {
    "POST /containers", body = "name! file_ids:a expires_after:o skills:a memory_limit network_policy:o",
  },
  ["containers.delete"] = { "DELETE /containers/{container_id}", reply = "empty", accept = "*/*" },
  ["containers.files.content.retrieve"] = {
    "GET /containers/{container_id}/files/{file_id}/content", reply = "bytes", accept = "application/binary",
  },
  ["containers.files.create"] = { "POST /containers/{container_id}/files", form = "file_id file:f" },
  ["containers.files.delete"] = {
    "DELETE /containers/{container_id}/files/{file_id}", reply = "empty", accept = "*/*",
  },
  ["containers.files.list"] = {
    "GET /containers/{container_id}/files", query = "limit:i order after", page = "cursor",
  },
  ["containers.files.retrieve"] = { "GET /containers/{container_id}/files/{file_id}" },
  ["containers.list"] = { "GET /containers", query = "limit:i order after name", page = "cursor" },
  ["containers.retrieve"] = { "GET /containers/{container_id}" },
  ["content_provenance_checks.create"] = { "POST /content_provenance_checks", form = "file:f!" },
  ["conversations.create"] = { "POST /conversations", body = "metadata:m items:a" },
  ["conversations.delete"] = { "DELETE /conversations/{conversation_id}" },
  ["conversations.items.create"] = {
    "POST /conversations/{conversation_id}/items", query = "include:a", body = "items:a!",
  },
  ["conversations.items.delete"] = { "DELETE /conversations/{conversation_id}/items/{item_id}" },
  ["conversations.items.list"] = {
    "GET /conversations/{conversation_id}/items", query = "limit:i order after include:a", page = "conversation_cursor",
  },
  ["conversations.items.retrieve"] = { "GET /conversations/{conversation_id}/items/{item_id}", query = "include:a" },
  ["conversations.retrieve"] = { "GET /conversations/{conversation_id}" },
  ["conversations.update"] = { "POST /conversations/{conversation_id}", body = "metadata:m!" },
  ["decisions.create"] = {
    "POST /decisions", body = "input:sa! model! questions:a! prompt_cache_key prompt_cache_options:o safety_identifier",
  },
  ["embeddings.create"] = { "POST /embeddings", body = "input:sa! model! encoding_format dimensions:i user" },
  ["evals.create"] = {
    "POST /evals", body = "name metadata:m data_source_config:o! testing_criteria:a!", status = 201,
  },
  ["evals.delete"] = { "DELETE /evals/{eval_id}" },
  ["evals.list"] = { "GET /evals", query = "after limit:i order order_by", page = "cursor" },
  ["evals.retrieve"] = { "GET /evals/{eval_id}" },
  ["evals.runs.cancel"] = { "POST /evals/{eval_id}/runs/{run_id}/cancel" },
  ["evals.runs.create"] = { "POST /evals/{eval_id}/runs", body = "name metadata:m data_source:o!", status = 201 },
  ["evals.runs.delete"] = { "DELETE /evals/{eval_id}/runs/{run_id}" },
  ["evals.runs.list"] = { "GET /evals/{eval_id}/runs", query = "after limit:i order status", page = "cursor" },
  ["evals.runs.output_items.list"] = {
    "GET /evals/{eval_id}/runs/{run_id}/output_items", query = "after limit:i status order", page = "cursor",
  },
  ["evals.runs.output_items.retrieve"] = { "GET /evals/{eval_id}/runs/{run_id}/output_items/{output_item_id}" },
  ["evals.runs.retrieve"] = { "GET /evals/{eval_id}/runs/{run_id}" },
  ["evals.update"] = { "POST /evals/{eval_id}", body = "name metadata:m" },
  ["files.content"] = { "GET /files/{file_id}/content", reply = "bytes", accept = "application/binary" },
  ["files.create"] = { "POST /files", form = "file:f! purpose! expires_after:o" },
  ["files.delete"] = { "DELETE /files/{file_id}" },
  ["files.list"] = { "GET /files", query = "purpose limit:i order after", page = "cursor" },
  ["files.retrieve"] = { "GET /files/{file_id}" },
  ["fine_tuning.alpha.graders.run"] = {
    "POST /fine_tuning/alpha/graders/run", body = "grader:o! item:m model_sample!",
  },
  ["fine_tuning.alpha.graders.validate"] = { "POST /fine_tuning/alpha/graders/validate", body = "grader:o!" },
  ["fine_tuning.checkpoints.permissions.create"] = {
    "POST /fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions", body = "project_ids:a!", page = "page",
    admin = true,
  },
  ["fine_tuning.checkpoints.permissions.delete"] = {
    "DELETE /fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions/{permission_id}", admin = true,
  },
  ["fine_tuning.checkpoints.permissions.list"] = {
    "GET /fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions", query = "project_id after limit:i order",
    page = "conversation_cursor", admin = true,
  },
  ["fine_tuning.jobs.cancel"] = { "POST /fine_tuning/jobs/{fine_tuning_job_id}/cancel" },
  ["fine_tuning.jobs.checkpoints.list"] = {
    "GET /fine_tuning/jobs/{fine_tuning_job_id}/checkpoints", query = "after limit:i", page = "cursor",
  },
  ["fine_tuning.jobs.create"] = {
    "POST /fine_tuning/jobs",
    body = "model! training_file! hyperparameters:o suffix validation_file integrations:a seed:i method:o metadata:m",
  },
  ["fine_tuning.jobs.list"] = { "GET /fine_tuning/jobs", query = "after limit:i metadata:m", page = "cursor" },
  ["fine_tuning.jobs.list_events"] = {
    "GET /fine_tuning/jobs/{fine_tuning_job_id}/events", query = "after limit:i", page = "cursor",
  },
  ["fine_tuning.jobs.pause"] = { "POST /fine_tuning/jobs/{fine_tuning_job_id}/pause" },
  ["fine_tuning.jobs.resume"] = { "POST /fine_tuning/jobs/{fine_tuning_job_id}/resume" },
  ["fine_tuning.jobs.retrieve"] = { "GET /fine_tuning/jobs/{fine_tuning_job_id}" },
  ["images.create_variation"] = { "POST /images/variations", form = "image:f! model n:i response_format size user" },
  ["images.edit"] = {
    "POST /images/edits",
    form = "image:fF! prompt! mask:f background model n:i size response_format output_format output_compression:i "
      .. "user input_fidelity stream:b partial_images:i quality complexity frame_count:i frame_duration_ms:i markup:f "
      .. "safety_identifier svg:o",
    stream = "body",
  },
  ["images.generate"] = {
    "POST /images/generations",
    body = "prompt! model n:i quality response_format output_format output_compression:i stream:b partial_images:i "
      .. "size moderation background style user complexity frame_count:i frame_duration_ms:i safety_identifier svg:o",
    stream = "body",
  },
  ["live.create"] = { "POST /live/sessions", body = "session:o! transport:o!" },
  ["live.sessions.accept"] = {
    "POST /live/sessions/{session_id}/accept", body = "session:o!", reply = "empty", accept = "*/*",
  },
  ["live.sessions.download_recording"] = {
    "GET /live/sessions/{session_id}/content", reply = "bytes", accept = "application/binary",
  },
  ["live.sessions.fork"] = { "POST /live/sessions/{session_id}/fork", body = "transport:o! session:o" },
  ["live.sessions.hangup"] = { "POST /live/sessions/{session_id}/hangup", reply = "empty", accept = "*/*" },
  ["live.sessions.refer"] = {
    "POST /live/sessions/{session_id}/refer", body = "target_uri!", reply = "empty", accept = "*/*",
  },
  ["live.sessions.reject"] = {
    "POST /live/sessions/{session_id}/reject", body = "status_code:i!", reply = "empty", accept = "*/*",
  },
  ["models.delete"] = { "DELETE /models/{model}" },
  ["models.list"] = { "GET /models", page = "page" },
  ["models.retrieve"] = { "GET /models/{model}" },
  ["moderations.create"] = { "POST /moderations", body = "input:sa! model" },
  ["realtime.calls.accept"] = {
    "POST /realtime/calls/{call_id}/accept",
    body = "type! output_modalities:a model instructions audio:o include:a tracing:so tools:a tool_choice:so "
      .. "parallel_tool_calls:b reasoning:o max_output_tokens:si truncation:so prompt:o",
    reply = "empty", accept = "*/*",
  },
  ["realtime.calls.create"] = {
    "POST /realtime/calls", form = "sdp! session:o", reply = "text", status = 201, accept = "application/sdp",
  },
  ["realtime.calls.hangup"] = { "POST /realtime/calls/{call_id}/hangup", reply = "empty", accept = "*/*" },
  ["realtime.calls.refer"] = {
    "POST /realtime/calls/{call_id}/refer", body = "target_uri!", reply = "empty", accept = "*/*",
  },
  ["realtime.calls.reject"] = {
    "POST /realtime/calls/{call_id}/reject", body = "status_code:i", reply = "empty", accept = "*/*",
  },
  ["realtime.client_secrets.create"] = { "POST /realtime/client_secrets", body = "expires_after:o session:o" },
  ["realtime.translations.client_secrets.create"] = {
    "POST /realtime/translations/client_secrets", body = "expires_after:o session:o!",
  },
  ["responses.cancel"] = { "POST /responses/{response_id}/cancel" },
  ["responses.compact"] = {
    "POST /responses/compact",
    body = "model! input:sa previous_response_id instructions prompt_cache_key prompt_cache_retention "
      .. "prompt_cache_options:o service_tier image:o",
  },
  ["responses.create"] = {
    "POST /responses",
    body = "metadata:m top_logprobs:i temperature:n top_p:n user safety_identifier prompt_cache_key "
      .. "prompt_cache_retention prompt_cache_options:o previous_response_id model background:b max_tool_calls:i "
      .. "text:o tools:a tool_choice:so prompt:o service_tier truncation reasoning:o input:sa include:a "
      .. "parallel_tool_calls:b store:b instructions moderation:o stream:b stream_options:o conversation:so "
      .. "context_management:a max_output_tokens:i access_programs:o background_options:o image:o",
    stream = "body",
  },
  ["responses.delete"] = { "DELETE /responses/{response_id}", reply = "empty", accept = "*/*" },
  ["responses.input_items.list"] = {
    "GET /responses/{response_id}/input_items", query = "limit:i order after include:a", page = "cursor",
  },
  ["responses.input_tokens.count"] = {
    "POST /responses/input_tokens",
    body = "model input:sa previous_response_id tools:a text:o reasoning:o truncation instructions personality "
      .. "conversation:so tool_choice:so parallel_tool_calls:b",
  },
  ["responses.retrieve"] = {
    "GET /responses/{response_id}", query = "include:a stream:b starting_after:i include_obfuscation:b",
    stream = "query",
  },
  ["safety.alerts.retrieve"] = { "GET /safety/alerts/{id}" },
  ["safety.cases.retrieve"] = { "GET /safety/cases/{id}" },
  ["skills.content.retrieve"] = { "GET /skills/{skill_id}/content", reply = "bytes", accept = "application/binary" },
  ["skills.create"] = { "POST /skills", form = "files:fF!" },
  ["skills.delete"] = { "DELETE /skills/{skill_id}" },
  ["skills.list"] = { "GET /skills", query = "limit:i order after", page = "cursor" },
  ["skills.retrieve"] = { "GET /skills/{skill_id}" },
  ["skills.update"] = { "POST /skills/{skill_id}", body = "default_version!" },
  ["skills.versions.content.retrieve"] = {
    "GET /skills/{skill_id}/versions/{version}/content", reply = "bytes", accept = "application/binary",
  },
  ["skills.versions.create"] = { "POST /skills/{skill_id}/versions", form = "files:fF! default:b" },
  ["skills.versions.delete"] = { "DELETE /skills/{skill_id}/versions/{version}" },
  ["skills.versions.list"] = { "GET /skills/{skill_id}/versions", query = "limit:i order after", page = "cursor" },
  ["skills.versions.retrieve"] = { "GET /skills/{skill_id}/versions/{version}" },
  ["uploads.cancel"] = { "POST /uploads/{upload_id}/cancel" },
  ["uploads.complete"] = { "POST /uploads/{upload_id}/complete", body = "part_ids:a! md5" },
  ["uploads.create"] = { "POST /uploads", body = "filename! purpose! bytes:i! mime_type! expires_after:o" },
  ["uploads.parts.create"] = { "POST /uploads/{upload_id}/parts", form = "data:f!" },
  ["vector_stores.create"] = {
    "POST /vector_stores", body = "file_ids:a name description expires_after:o chunking_strategy:o metadata:m",
    beta = "assistants=v2",
  },
  ["vector_stores.delete"] = { "DELETE /vector_stores/{vector_store_id}", beta = "assistants=v2" },
  ["vector_stores.file_batches.cancel"] = {
    "POST /vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel", beta = "assistants=v2",
  },
  ["vector_stores.file_batches.create"] = {
    "POST /vector_stores/{vector_store_id}/file_batches", body = "file_ids:a files:a chunking_strategy:o attributes:m",
    beta = "assistants=v2",
  },
  ["vector_stores.file_batches.list_files"] = {
    "GET /vector_stores/{vector_store_id}/file_batches/{batch_id}/files", query = "limit:i order after before filter",
    page = "cursor", beta = "assistants=v2",
  },
  ["vector_stores.file_batches.retrieve"] = {
    "GET /vector_stores/{vector_store_id}/file_batches/{batch_id}", beta = "assistants=v2",
  },
  ["vector_stores.files.content"] = {
    "GET /vector_stores/{vector_store_id}/files/{file_id}/content", page = "page_orphan_token", beta = "assistants=v2",
  },
  ["vector_stores.files.create"] = {
    "POST /vector_stores/{vector_store_id}/files", body = "file_id! chunking_strategy:o attributes:m",
    beta = "assistants=v2",
  },
  ["vector_stores.files.delete"] = {
    "DELETE /vector_stores/{vector_store_id}/files/{file_id}", beta = "assistants=v2",
  },
  ["vector_stores.files.list"] = {
    "GET /vector_stores/{vector_store_id}/files", query = "limit:i order after before filter", page = "cursor",
    beta = "assistants=v2",
  },
  ["vector_stores.files.retrieve"] = { "GET /vector_stores/{vector_store_id}/files/{file_id}", beta = "assistants=v2" },
  ["vector_stores.files.update"] = {
    "POST /vector_stores/{vector_store_id}/files/{file_id}", body = "attributes:m!", beta = "assistants=v2",
  },
  ["vector_stores.list"] = {
    "GET /vector_stores", query = "limit:i order after before", page = "cursor", beta = "assistants=v2",
  },
  ["vector_stores.retrieve"] = { "GET /vector_stores/{vector_store_id}", beta = "assistants=v2" },
  ["vector_stores.search"] = {
    "POST /vector_stores/{vector_store_id}/search",
    body = "query:sa! rewrite_query:b max_num_results:i filters:o ranking_options:o", page = "page_orphan_token",
    beta = "assistants=v2",
  },
  ["vector_stores.update"] = {
    "POST /vector_stores/{vector_store_id}", body = "name expires_after:o metadata:m", beta = "assistants=v2",
  },
  ["videos.create"] = { "POST /videos", form = "model prompt! input_reference:of seconds size" },
  ["videos.create_character"] = { "POST /videos/characters", form = "video:f! name!" },
  ["videos.delete"] = { "DELETE /videos/{video_id}" },
  ["videos.download_content"] = {
    "GET /videos/{video_id}/content", query = "variant", reply = "bytes", accept = "application/binary",
  },
  ["videos.edit"] = { "POST /videos/edits", form = "video:of! prompt!" },
  ["videos.extend"] = { "POST /videos/extensions", form = "video:of! prompt! seconds!" },
  ["videos.get_character"] = { "GET /videos/characters/{character_id}" },
  ["videos.list"] = { "GET /videos", query = "limit:i order after", page = "conversation_cursor" },
  ["videos.remix"] = { "POST /videos/{video_id}/remix", body = "prompt!" },
  ["videos.retrieve"] = { "GET /videos/{video_id}" },
  ["webhooks.create"] = { "POST /webhook_endpoints", body = "event_types:a! name! url!" },
  ["webhooks.delete"] = { "DELETE /webhook_endpoints/{webhook_endpoint_id}" },
  ["webhooks.event_types.list"] = { "GET /webhook_event_types" },
  ["webhooks.list"] = { "GET /webhook_endpoints", query = "after limit:i", page = "cursor" },
  ["webhooks.retrieve"] = { "GET /webhook_endpoints/{webhook_endpoint_id}" },
  ["webhooks.rotate_secret"] = {
    "POST /webhook_endpoints/{webhook_endpoint_id}/rotate_secret", body = "keep_old_secret_active_for_24_hours:b",
  },
  ["webhooks.test"] = { "POST /webhook_endpoints/{webhook_endpoint_id}/test", body = "event_type!" },
  ["webhooks.update"] = { "POST /webhook_endpoints/{webhook_endpoint_id}", body = "event_types:a name url" },
}
