-- The API's objects that have operations of their own:
--
--   object     what they are called; `unsaid`: replies do not say so
--   resource   whose objects they are, and `ids`, those of their paths: `thread_id run_id=id` are the object's fields
--              thread_id and id; `project_id=`: no field has it, it stands in the request only
--   methods    the resource's operations that take these ids and no more
--   nested     resources below, each with its operations
--   one, many  the operations that return one, or a list of them, in full where they are another resource's
--
-- Names of operations are those of facts/operations.lua; spec/shared_operations_spec.lua holds both against
-- their sources.

return {
  {
    object = "organization.admin_api_key", resource = "admin.organization.admin_api_keys", ids = "key_id=id",
    methods = "delete retrieve", one = "create retrieve", many = "list",
  },
  {
    object = "certificate", resource = "admin.organization.certificates", ids = "certificate_id=id",
    methods = "delete retrieve update", one = "create retrieve update",
    many = "activate admin.organization.projects.certificates.activate "
      .. "admin.organization.projects.certificates.deactivate admin.organization.projects.certificates.list "
      .. "deactivate list",
  },
  {
    object = "external_key", resource = "admin.organization.external_keys", ids = "external_key_id=id", unsaid = true,
    methods = "delete retrieve validate", one = "create delete retrieve", many = "list",
  },
  {
    object = "organization.external_storage", resource = "admin.organization.external_storage",
    ids = "external_storage_id=id", methods = "delete retrieve validate", one = "create retrieve validate",
    many = "list",
  },
  {
    object = "group", resource = "admin.organization.groups", ids = "group_id=id", unsaid = true,
    methods = "delete retrieve update", nested = "roles create delete list retrieve; users create delete list retrieve",
    one = "create retrieve update", many = "list",
  },
  {
    object = "assigned_role", resource = "admin.organization.groups.roles", ids = "group_id= role_id=id", unsaid = true,
    methods = "delete retrieve", one = "retrieve", many = "list",
  },
  {
    object = "group.user", resource = "admin.organization.groups.users", ids = "group_id= user_id=id", unsaid = true,
    methods = "delete retrieve", one = "retrieve", many = "list",
  },
  {
    object = "organization.invite", resource = "admin.organization.invites", ids = "invite_id=id",
    methods = "delete retrieve", one = "create retrieve", many = "list",
  },
  {
    object = "organization.project", resource = "admin.organization.projects", ids = "project_id=id",
    methods = "archive retrieve update",
    nested = "api_keys delete list retrieve update; certificates activate deactivate list; data_retention retrieve "
      .. "update; groups create delete list retrieve; groups.roles create delete list retrieve; "
      .. "hosted_tool_permissions retrieve update; model_permissions delete retrieve update; "
      .. "rate_limits list_rate_limits update_rate_limit; roles create delete list retrieve update; service_accounts "
      .. "create delete list retrieve update; service_accounts.api_keys create; service_tier_settings "
      .. "retrieve update; spend_alerts create delete list retrieve update; spend_limit delete retrieve update; users "
      .. "create delete list retrieve update; users.roles create delete list retrieve",
    one = "archive create retrieve update", many = "list",
  },
  {
    object = "organization.project.api_key", resource = "admin.organization.projects.api_keys",
    ids = "project_id= api_key_id=id", methods = "delete retrieve update", one = "retrieve update", many = "list",
  },
  {
    object = "project.group", resource = "admin.organization.projects.groups", ids = "project_id group_id",
    methods = "delete retrieve", nested = "roles create delete list retrieve", one = "create retrieve", many = "list",
  },
  {
    object = "assigned_role", resource = "admin.organization.projects.groups.roles",
    ids = "project_id= group_id= role_id=id", unsaid = true, methods = "delete retrieve", one = "retrieve",
    many = "list",
  },
  {
    object = "project.rate_limit", resource = "admin.organization.projects.rate_limits",
    ids = "project_id= rate_limit_id=id", methods = "update_rate_limit", one = "update_rate_limit",
    many = "list_rate_limits",
  },
  {
    object = "role", resource = "admin.organization.projects.roles", ids = "project_id= role_id=id",
    methods = "delete retrieve update", one = "create retrieve update", many = "list",
  },
  {
    object = "organization.project.service_account", resource = "admin.organization.projects.service_accounts",
    ids = "project_id= service_account_id=id", methods = "delete retrieve update", nested = "api_keys create",
    one = "create retrieve update", many = "list",
  },
  {
    object = "project.spend_alert", resource = "admin.organization.projects.spend_alerts",
    ids = "project_id= alert_id=id", methods = "delete retrieve update", one = "create retrieve update", many = "list",
  },
  {
    object = "organization.project.user", resource = "admin.organization.projects.users",
    ids = "project_id= user_id=id", methods = "delete retrieve update", nested = "roles create delete list retrieve",
    one = "create retrieve update", many = "list",
  },
  {
    object = "assigned_role", resource = "admin.organization.projects.users.roles",
    ids = "project_id= user_id= role_id=id", unsaid = true, methods = "delete retrieve", one = "retrieve",
    many = "list",
  },
  {
    object = "role", resource = "admin.organization.roles", ids = "role_id=id", methods = "delete retrieve update",
    one = "create retrieve update", many = "list",
  },
  {
    object = "organization.spend_alert", resource = "admin.organization.spend_alerts", ids = "alert_id=id",
    methods = "delete retrieve update", one = "create retrieve update", many = "list",
  },
  {
    object = "organization.user", resource = "admin.organization.users", ids = "user_id=id",
    methods = "delete retrieve update", nested = "roles create delete list retrieve", one = "retrieve update",
    many = "list",
  },
  {
    object = "assigned_role", resource = "admin.organization.users.roles", ids = "user_id= role_id=id", unsaid = true,
    methods = "delete retrieve", one = "retrieve", many = "list",
  },
  {
    object = "organization.workload_identity_provider", resource = "admin.organization.workload_identity_providers",
    ids = "workload_identity_provider_id=id", methods = "delete retrieve update",
    nested = "federation_rules create delete list retrieve update", one = "create retrieve update", many = "list",
  },
  {
    object = "organization.workload_identity_federation_rule",
    resource = "admin.organization.workload_identity_providers.federation_rules",
    ids = "workload_identity_provider_id workload_identity_federation_rule_id=id", methods = "delete retrieve update",
    one = "create retrieve update", many = "list",
  },
  {
    object = "audio.voice_consent", resource = "audio.voice_consents", ids = "consent_id=id",
    methods = "delete retrieve update", one = "create retrieve update", many = "list",
  },
  {
    object = "audio.voice", resource = "audio.voices", ids = "voice_id=id", methods = "delete", one = "create",
  },
  {
    object = "batch", resource = "batches", ids = "batch_id=id", methods = "cancel retrieve",
    one = "cancel create retrieve", many = "list",
  },
  {
    object = "agent", resource = "beta.agents", ids = "agent_id=id", methods = "delete retrieve update",
    one = "create retrieve update", many = "list",
  },
  {
    object = "agent.automation", resource = "beta.agents.automations", ids = "automation_id=id",
    methods = "delete pause resume retrieve update", nested = "invocations create list retrieve",
    one = "create pause resume retrieve update", many = "list",
  },
  {
    object = "agent.automation.invocation", resource = "beta.agents.automations.invocations",
    ids = "automation_id invocation_id=id", methods = "retrieve", one = "create retrieve", many = "list",
  },
  {
    object = "agent.environment", resource = "beta.agents.environments", ids = "environment_id=id",
    methods = "retrieve", nested = "files create list", one = "create retrieve", many = "list",
  },
  {
    object = "agent.environment.template", resource = "beta.agents.environments.templates",
    ids = "environment_template_id=id", methods = "delete retrieve update", one = "create retrieve update",
    many = "list",
  },
  {
    object = "agent.session", resource = "beta.agents.sessions", ids = "session_id=id",
    methods = "delete retrieve update",
    nested = "artifacts content delete list retrieve; events create stream; items list; subagents list retrieve; "
      .. "subagents.items list; subagents.turns list retrieve; subagents.turns.items list; traces list; turns list "
      .. "retrieve; turns.items list",
    one = "create retrieve update", many = "list",
  },
  {
    object = "agent.session.artifact", resource = "beta.agents.sessions.artifacts", ids = "session_id artifact_id=id",
    methods = "content delete retrieve", one = "retrieve", many = "list",
  },
  {
    object = "agent.session.subagent", resource = "beta.agents.sessions.subagents", ids = "session_id subagent_id=id",
    methods = "retrieve", nested = "items list; turns list retrieve; turns.items list", one = "retrieve", many = "list",
  },
  {
    object = "agent.session.turn", resource = "beta.agents.sessions.subagents.turns",
    ids = "session_id subagent_id turn_id=id", methods = "retrieve", nested = "items list", one = "retrieve",
    many = "list",
  },
  {
    object = "agent.session.turn", resource = "beta.agents.sessions.turns", ids = "session_id turn_id=id",
    methods = "retrieve", nested = "items list", one = "retrieve", many = "list",
  },
  {
    object = "vault", resource = "beta.agents.vaults", ids = "vault_id=id", methods = "delete retrieve update",
    nested = "credentials create delete list retrieve update", one = "create retrieve update", many = "list",
  },
  {
    object = "vault.credential", resource = "beta.agents.vaults.credentials", ids = "vault_id credential_id=id",
    methods = "delete retrieve update", one = "create retrieve update", many = "list",
  },
  {
    object = "assistant", resource = "beta.assistants", ids = "assistant_id=id", methods = "delete retrieve update",
    one = "create retrieve update", many = "list",
  },
  {
    object = "chatkit.session", resource = "beta.chatkit.sessions", ids = "session_id=id", methods = "cancel",
    one = "cancel create",
  },
  {
    object = "chatkit.thread", resource = "beta.chatkit.threads", ids = "thread_id=id",
    methods = "delete list_items retrieve", one = "retrieve", many = "list",
  },
  {
    object = "response", resource = "beta.responses", ids = "response_id=id", methods = "cancel delete retrieve",
    nested = "input_items list", one = "cancel create retrieve",
  },
  {
    object = "thread", resource = "beta.threads", ids = "thread_id=id", methods = "delete retrieve update",
    nested = "messages create delete list retrieve update; runs cancel create list retrieve submit_tool_outputs "
      .. "update; runs.steps list retrieve",
    one = "create retrieve update",
  },
  {
    object = "thread.message", resource = "beta.threads.messages", ids = "thread_id message_id=id",
    methods = "delete retrieve update", one = "create retrieve update", many = "list",
  },
  {
    object = "thread.run", resource = "beta.threads.runs", ids = "thread_id run_id=id",
    methods = "cancel retrieve submit_tool_outputs update", nested = "steps list retrieve",
    one = "beta.threads.create_and_run cancel create retrieve submit_tool_outputs update", many = "list",
  },
  {
    object = "thread.run.step", resource = "beta.threads.runs.steps", ids = "thread_id run_id step_id=id",
    methods = "retrieve", one = "retrieve", many = "list",
  },
  {
    object = "chat.completion", resource = "chat.completions", ids = "completion_id=id",
    methods = "delete retrieve update", nested = "messages list", one = "create retrieve update", many = "list",
  },
  {
    object = "container", resource = "containers", ids = "container_id=id", methods = "delete retrieve",
    nested = "files create delete list retrieve; files.content retrieve", one = "create retrieve", many = "list",
  },
  {
    object = "container.file", resource = "containers.files", ids = "container_id file_id=id",
    methods = "delete retrieve", nested = "content retrieve", one = "create retrieve", many = "list",
  },
  {
    object = "conversation", resource = "conversations", ids = "conversation_id=id", methods = "delete retrieve update",
    nested = "items create delete list retrieve", one = "conversations.items.delete create retrieve update",
  },
  {
    object = "conversation.item", resource = "conversations.items", ids = "conversation_id= item_id=id", unsaid = true,
    methods = "delete retrieve", one = "retrieve", many = "create list",
  },
  {
    object = "eval", resource = "evals", ids = "eval_id=id", methods = "delete retrieve update",
    nested = "runs cancel create delete list retrieve; runs.output_items list retrieve", one = "create retrieve update",
    many = "list",
  },
  {
    object = "eval.run", resource = "evals.runs", ids = "eval_id run_id=id", methods = "cancel delete retrieve",
    nested = "output_items list retrieve", one = "cancel create retrieve", many = "list",
  },
  {
    object = "eval.run.output_item", resource = "evals.runs.output_items", ids = "eval_id run_id output_item_id=id",
    methods = "retrieve", one = "retrieve", many = "list",
  },
  {
    object = "file", resource = "files", ids = "file_id=id", methods = "content delete retrieve",
    one = "create retrieve", many = "list",
  },
  {
    object = "fine_tuning.job.checkpoint", resource = "fine_tuning.checkpoints", ids = "fine_tuned_model_checkpoint",
    nested = "permissions create delete list", many = "fine_tuning.jobs.checkpoints.list",
  },
  {
    object = "checkpoint.permission", resource = "fine_tuning.checkpoints.permissions",
    ids = "fine_tuned_model_checkpoint= permission_id=id", methods = "delete", many = "create list",
  },
  {
    object = "fine_tuning.job", resource = "fine_tuning.jobs", ids = "fine_tuning_job_id=id",
    methods = "cancel list_events pause resume retrieve", nested = "checkpoints list",
    one = "cancel create pause resume retrieve", many = "list",
  },
  {
    object = "model", resource = "models", ids = "model=id", methods = "delete retrieve", one = "retrieve",
    many = "list",
  },
  {
    object = "realtime.call", resource = "realtime.calls", ids = "call_id", unsaid = true,
    methods = "accept hangup refer reject",
  },
  {
    object = "response", resource = "responses", ids = "response_id=id", methods = "cancel delete retrieve",
    nested = "input_items list", one = "cancel create retrieve",
  },
  {
    object = "safety.alert", resource = "safety.alerts", ids = "id", methods = "retrieve", one = "retrieve",
  },
  {
    object = "safety.case", resource = "safety.cases", ids = "id", methods = "retrieve", one = "retrieve",
  },
  {
    object = "skill", resource = "skills", ids = "skill_id=id", methods = "delete retrieve update",
    nested = "content retrieve; versions create delete list retrieve; versions.content retrieve",
    one = "create retrieve update", many = "list",
  },
  {
    object = "skill.version", resource = "skills.versions", ids = "skill_id version", methods = "delete retrieve",
    nested = "content retrieve", one = "create retrieve", many = "list",
  },
  {
    object = "upload", resource = "uploads", ids = "upload_id=id", methods = "cancel complete", nested = "parts create",
    one = "cancel complete create",
  },
  {
    object = "vector_store", resource = "vector_stores", ids = "vector_store_id=id",
    methods = "delete retrieve search update",
    nested = "file_batches cancel create list_files retrieve; files content create delete list retrieve update",
    one = "create retrieve update", many = "list",
  },
  {
    object = "vector_store.files_batch", resource = "vector_stores.file_batches", ids = "vector_store_id batch_id=id",
    methods = "cancel list_files retrieve", one = "cancel create retrieve",
  },
  {
    object = "vector_store.file", resource = "vector_stores.files", ids = "vector_store_id file_id=id",
    methods = "content delete retrieve update", one = "create retrieve update",
    many = "list vector_stores.file_batches.list_files",
  },
  {
    object = "video.character", resource = "videos", ids = "character_id=id", unsaid = true, methods = "get_character",
    one = "create_character get_character",
  },
  {
    object = "video", resource = "videos", ids = "video_id=id", methods = "delete download_content remix retrieve",
    one = "create edit extend remix retrieve", many = "list",
  },
  {
    object = "webhook_endpoint", resource = "webhooks", ids = "webhook_endpoint_id=id",
    methods = "delete retrieve rotate_secret test update", one = "create retrieve rotate_secret update", many = "list",
  },
}
