-- Which JSON an empty Lua table is, by the name of its field: facts of the
-- API's request schemas and of JSON Schema. A name that is an array in one
-- place and an object in another is in neither list.

local set = require "oai.set"

local shape = {}

-- Fields that hold an array wherever they stand.
shape.arrays = set {
  "acknowledged_safety_checks", "actions", "additional_messages", "allOf", "allowed_callers",
  "allowed_client_events", "allowed_domains", "allowed_hosts", "allowed_server_events", "allowed_tools",
  "annotations", "anyOf", "args", "attachments", "attribute_transformations", "blocked_domains",
  "bytes", "capability_directories", "categories", "certificate_ids", "choices", "command", "commands",
  "content", "context_management", "domain_secrets", "enabled_tiers", "enum", "env_vars", "event_types",
  "events", "examples", "fields", "file_ids", "files", "functions", "images", "include", "input", "instructions",
  "integrations", "keys", "keywords", "known_speaker_names", "known_speaker_references", "labels",
  "languages", "levels", "logprobs", "messages", "modalities", "model_ids", "npm", "oneOf",
  "output_modalities", "outputs", "part_ids", "passing_labels", "path", "pending_safety_checks",
  "permissions", "plugins", "prefixItems", "project_ids", "projects", "python", "queries", "query",
  "questions", "range", "recipients", "required", "results", "scopes", "search_content_types",
  "setup_commands", "skills", "sources", "stop", "summary", "system", "tags", "template",
  "testing_criteria", "timestamp_granularities", "tool_calls", "tool_names", "tool_outputs", "tools",
  "top_logprobs", "triggers", "users", "value", "vault_ids", "vector_store_ids", "vector_stores",
}

-- Objects whose keys are the caller's own: numbers become strings there, and
-- the names of their fields say nothing about what these hold. `audio` is one
-- since its `input` is an object and no list.
shape.maps = set {
  "$defs", "attribute_matchers", "attributes", "audio", "definitions", "dependentSchemas", "env",
  "headers", "item", "logit_bias", "metadata", "patternProperties", "properties", "request_metadata",
  "sample", "state_variables", "variables",
}

return shape
