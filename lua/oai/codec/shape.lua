-- Which JSON an empty Lua table is, by the name of its field: facts of the
-- API's request schemas and of JSON Schema. A name that is an array in one
-- place and an object in another is in neither list.

local set = require "oai.set"

local shape = {}

-- Fields that hold an array wherever they stand.
shape.arrays = set {
  "acknowledged_safety_checks", "actions", "additional_messages", "allOf", "allowed_callers",
  "allowed_domains", "allowed_tools", "annotations", "anyOf", "attachments", "bytes", "certificate_ids",
  "command", "commands", "content", "context_management", "domain_secrets", "enum", "examples", "file_ids",
  "files", "functions", "image", "images", "include", "input", "integrations", "keys", "keywords",
  "known_speaker_names", "known_speaker_references", "labels", "languages", "logprobs", "messages",
  "modalities", "model_ids", "oneOf", "output_modalities", "outputs", "part_ids", "passing_labels", "path",
  "pending_safety_checks", "permissions", "prefixItems", "project_ids", "projects", "queries", "query",
  "range", "recipients", "required", "results", "scopes", "search_content_types", "skills", "sources",
  "stop", "summary", "tags", "template", "testing_criteria", "timestamp_granularities", "tool_calls",
  "tool_names", "tool_outputs", "tools", "top_logprobs", "users", "value", "vector_store_ids",
  "vector_stores",
}

-- Objects whose keys are the caller's own: numbers become strings there, and
-- the names of their fields say nothing about what these hold. `audio` is one
-- since its `input` is an object and no list.
shape.maps = set {
  "$defs", "attributes", "audio", "definitions", "dependentSchemas", "env", "headers", "item", "logit_bias",
  "metadata", "patternProperties", "properties", "sample", "state_variables", "variables",
}

return shape
