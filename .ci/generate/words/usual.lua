-- The optional parameters that people use most, by operation, in the order in
-- which they are shown before all others; those that are required come first
-- anyway. `everywhere` is for operations without a line of their own.

local ASSISTANT = { "name", "instructions", "tools", "tool_resources", "temperature", "metadata" }
local EDITED_IMAGE = { "image", "model", "size", "quality", "background", "output_format", "n", "mask" }
local LIVE_KEY = { "session", "expires_after" }
local RESPONSE = {
  "model", "input", "instructions", "previous_response_id", "conversation", "tools", "tool_choice", "text", "reasoning",
  "max_output_tokens", "temperature", "stream", "background", "store", "include", "metadata",
}
local RUN = { "instructions", "model", "tools", "stream", "metadata" }
local SESSION = { "agent_id", "agent", "input", "stream", "vault_ids", "metadata" }
local SPENT = { "end_time", "bucket_width", "group_by", "project_ids", "limit" }
local TEMPLATE = { "name", "packages", "files", "env", "setup_commands", "network", "skills" }
local VOICE = { "audio_sample", "consent", "prompt", "type" }

return {
  everywhere = { "name", "description", "limit", "after", "order", "metadata" },

  ["responses.create"] = RESPONSE,
  ["responses.input_tokens.count"] = {
    "model", "input", "instructions", "tools", "previous_response_id", "conversation",
  },
  ["responses.compact"] = { "input", "previous_response_id", "instructions" },
  ["responses.retrieve"] = { "include", "stream", "starting_after" },
  ["responses.input_items.list"] = { "limit", "order", "after", "include" },

  ["chat.completions.create"] = {
    "tools", "tool_choice", "response_format", "temperature", "max_completion_tokens", "reasoning_effort", "stream",
    "stream_options", "stop", "n", "seed", "top_p", "store", "metadata",
  },
  ["chat.completions.list"] = { "model", "metadata", "limit", "order", "after" },
  ["completions.create"] = { "max_tokens", "temperature", "stop", "stream", "n", "suffix" },

  ["images.generate"] = { "model", "size", "quality", "background", "output_format", "n", "stream", "partial_images" },
  ["images.edit"] = EDITED_IMAGE,
  ["images.create_variation"] = { "n", "size", "model" },

  ["audio.speech.create"] = { "instructions", "response_format", "speed", "stream_format" },
  ["audio.transcriptions.create"] = {
    "language", "response_format", "prompt", "timestamp_granularities", "stream", "temperature",
  },
  ["audio.translations.create"] = { "response_format", "prompt", "temperature" },
  ["audio.voices.create"] = VOICE,

  ["files.create"] = { "expires_after" },
  ["files.list"] = { "purpose", "limit", "order", "after" },
  ["uploads.create"] = { "expires_after" },
  ["uploads.complete"] = { "md5" },
  ["batches.create"] = { "metadata", "output_expires_after" },

  ["embeddings.create"] = { "dimensions", "encoding_format" },
  ["moderations.create"] = { "model" },
  ["decisions.create"] = { "prompt_cache_key", "safety_identifier" },

  ["conversations.create"] = { "items", "metadata" },
  ["conversations.items.list"] = { "limit", "order", "after", "include" },

  ["vector_stores.create"] = { "name", "file_ids", "expires_after", "metadata", "chunking_strategy" },
  ["vector_stores.update"] = { "name", "metadata", "expires_after" },
  ["vector_stores.search"] = { "max_num_results", "filters", "rewrite_query", "ranking_options" },
  ["vector_stores.files.create"] = { "attributes", "chunking_strategy" },
  ["vector_stores.files.list"] = { "filter", "limit", "order", "after" },
  ["vector_stores.file_batches.create"] = { "file_ids", "files", "attributes", "chunking_strategy" },
  ["vector_stores.file_batches.list_files"] = { "filter", "limit", "order", "after" },

  ["fine_tuning.jobs.create"] = { "method", "validation_file", "suffix", "metadata", "seed" },
  ["fine_tuning.jobs.list"] = { "limit", "after", "metadata" },
  ["fine_tuning.alpha.graders.run"] = { "item" },
  ["evals.create"] = { "name", "metadata" },
  ["evals.runs.create"] = { "name", "metadata" },
  ["evals.runs.list"] = { "status", "limit", "order", "after" },
  ["evals.runs.output_items.list"] = { "status", "limit", "order", "after" },

  ["realtime.calls.create"] = { "session" },
  ["realtime.calls.accept"] = { "model", "instructions", "audio", "tools", "tool_choice", "output_modalities" },
  ["realtime.calls.reject"] = { "status_code" },
  ["realtime.client_secrets.create"] = LIVE_KEY,
  ["realtime.translations.client_secrets.create"] = LIVE_KEY,
  ["beta.realtime.sessions.create"] = { "instructions", "voice", "modalities", "tools", "turn_detection" },
  ["live.sessions.fork"] = { "session" },

  ["videos.create"] = { "model", "seconds", "size", "input_reference" },
  ["videos.download_content"] = { "variant" },

  ["containers.create"] = { "file_ids", "expires_after", "memory_limit", "network_policy", "skills" },
  ["containers.files.create"] = { "file", "file_id" },
  ["skills.versions.create"] = { "default" },

  ["beta.assistants.create"] = ASSISTANT,
  ["beta.assistants.update"] = ASSISTANT,
  ["beta.threads.create"] = { "messages", "tool_resources", "metadata" },
  ["beta.threads.create_and_run"] = { "thread", "instructions", "model", "tools", "stream", "metadata" },
  ["beta.threads.messages.create"] = { "attachments", "metadata" },
  ["beta.threads.messages.list"] = { "limit", "order", "after", "before", "run_id" },
  ["beta.threads.runs.create"] = RUN,
  ["beta.threads.runs.submit_tool_outputs"] = { "stream" },

  ["beta.agents.create"] = { "name", "instructions", "tools", "reasoning", "text", "metadata" },
  ["beta.agents.update"] = { "name", "model", "instructions", "tools", "reasoning", "text", "metadata" },
  ["beta.agents.automations.create"] = { "name", "target", "type", "expression", "timezone", "run_at" },
  ["beta.agents.automations.update"] = { "name", "target", "expression", "timezone", "run_at" },
  ["beta.agents.environments.create"] = { "vault_ids" },
  ["beta.agents.environments.files.create"] = { "type", "file_id", "data", "path" },
  ["beta.agents.environments.files.list"] = { "path", "limit", "order", "page" },
  ["beta.agents.environments.templates.create"] = TEMPLATE,
  ["beta.agents.environments.templates.update"] = TEMPLATE,
  ["beta.agents.sessions.create"] = SESSION,
  ["beta.agents.sessions.update"] = { "agent", "metadata" },
  ["beta.agents.vaults.list"] = { "status", "limit", "order", "after" },
  ["beta.agents.vaults.credentials.list"] = { "status", "limit", "order", "after" },

  ["admin.organization.audit_logs.list"] = { "event_types", "effective_at", "actor_emails", "project_ids", "limit" },
  ["admin.organization.external_keys.create"] = { "type", "name", "purpose" },
  ["admin.organization.invites.create"] = { "projects" },
  ["admin.organization.projects.create"] = { "geography", "residency", "external_key_id" },
  ["admin.organization.projects.list"] = { "include_archived", "limit", "after" },
  ["admin.organization.projects.users.create"] = { "user_id", "email" },
  ["admin.organization.projects.rate_limits.update_rate_limit"] = {
    "max_requests_per_1_minute", "max_tokens_per_1_minute", "max_requests_per_1_day",
  },
  ["admin.organization.usage.audio_speeches"] = SPENT,
  ["admin.organization.usage.audio_transcriptions"] = SPENT,
  ["admin.organization.usage.code_interpreter_sessions"] = SPENT,
  ["admin.organization.usage.completions"] = SPENT,
  ["admin.organization.usage.costs"] = SPENT,
  ["admin.organization.usage.decisions"] = SPENT,
  ["admin.organization.usage.embeddings"] = SPENT,
  ["admin.organization.usage.file_search_calls"] = SPENT,
  ["admin.organization.usage.images"] = SPENT,
  ["admin.organization.usage.moderations"] = SPENT,
  ["admin.organization.usage.vector_stores"] = SPENT,
  ["admin.organization.usage.web_search_calls"] = SPENT,
  ["admin.organization.users.list"] = { "emails", "limit", "after" },
  ["admin.organization.users.update"] = { "role", "role_id" },
}
