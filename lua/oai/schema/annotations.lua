-- Keywords that say something about a schema, and nothing of its values.

return require "oai.set" { "$comment", "default", "deprecated", "description", "examples", "readOnly", "title",
  "writeOnly" }
