-- Schemas, and what strict mode makes of them: JSON text, or where and why
-- there is none.

return {
  { name = "closed, all required", '{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"null"}},'
    .. '"required":["b"]}', '{"additionalProperties":false,"properties":{"b":{"type":"string"},"a":{"type":"null"}},'
    .. '"required":["b","a"],"type":"object"}' },
  { name = "an empty object", '{"type":"object"}', '{"additionalProperties":false,"type":"object"}' },
  { name = "a list of one type", '{"type":["object"],"properties":{"a":{"type":["string"]}},"required":["a"]}',
    '{"additionalProperties":false,"properties":{"a":{"type":"string"}},"required":["a"],"type":"object"}' },
  { name = "what may be null needs not be required", '{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},'
    .. '{"type":"null"}]},"b":{"enum":[1,null]},"c":{"$ref":"#/$defs/c"}},"$defs":{"c":{"type":["string","null"]}}}',
    '{"$defs":{"c":{"type":["string","null"]}},"additionalProperties":false,"properties":{"a":{"anyOf":'
    .. '[{"type":"string"},{"type":"null"}]},"b":{"enum":[1,null]},"c":{"$ref":"#/$defs/c"}},"required":["a","b","c"],'
    .. '"type":"object"}' },
  { name = "what is inside", '{"type":"object","properties":{"l":{"type":"array","items":'
    .. '{"type":"object"}},"c":{"anyOf":[{"type":"object"}]}},"required":["l","c"],'
    .. '"definitions":{"d":{"type":"object"}}}',
    '{"additionalProperties":false,"definitions":{"d":{"additionalProperties":false,"type":"object"}},"properties":'
    .. '{"l":{"items":{"additionalProperties":false,"type":"object"},"type":"array"},"c":{"anyOf":['
    .. '{"additionalProperties":false,"type":"object"}]}},"required":["l","c"],"type":"object"}' },
  { name = "objects without a type", '{"type":"object","properties":{"a":{"properties":{}}},"required":["a"]}',
    '{"additionalProperties":false,"properties":{"a":{"additionalProperties":false,"properties":{},"required":[]}},'
    .. '"required":["a"],"type":"object"}' },
  { name = "a default that is null", '{"type":"object","default":null,"properties":{}}',
    '{"additionalProperties":false,"properties":{},"required":[],"type":"object"}' },
  { name = "allOf of one", '{"type":"object","properties":{"a":{"description":"x","allOf":[{"type":"string",'
    .. '"description":"y"}]}},"required":["a"]}', '{"additionalProperties":false,"properties":{"a":{"description":"x",'
    .. '"type":"string"}},"required":["a"],"type":"object"}' },
  { name = "allOf of objects", '{"type":"object","properties":{"z":{"type":"string"}},"required":["z"],"allOf":'
    .. '[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}]}', '{"additionalProperties":false,'
    .. '"properties":{"z":{"type":"string"},"a":{"type":"string"}},"required":["z","a"],"type":"object"}' },
  { name = "allOf of objects with what says nothing", '{"type":"object","properties":{"z":{"type":"string"}},'
    .. '"required":["z"],"$defs":{"d":{"type":"null"}},"definitions":{"e":{"type":"null"}},"description":"x",'
    .. '"allOf":[{"title":"y",'
    .. '"properties":{"a":{"type":"null"}},"required":["a"]},{"properties":{"a":{"type":"null"},"z":{"type":"string"}},'
    .. '"additionalProperties":false},{"required":[]}]}', '{"$defs":{"d":{"type":"null"}},"additionalProperties":false,'
    .. '"definitions":{"e":{"type":"null"}},"description":"x","properties":{"z":{"type":"string"},"a":{"type":"null"}},'
    .. '"required":["z","a"],"title":"y","type":"object"}' },
  { name = "allOf within allOf", '{"type":"object","properties":{"a":{"allOf":[{"allOf":[{"type":"object"},'
    .. '{"properties":{"b":{"type":"null"}},"description":"x"}]}]}},"required":["a"]}', '{"additionalProperties":false,'
    .. '"properties":{"a":{"additionalProperties":false,"description":"x","properties":{"b":{"type":"null"}},'
    .. '"required":["b"],"type":"object"}},"required":["a"],"type":"object"}' },
  { name = "oneOf becomes anyOf", '{"type":"object","properties":{"a":{"oneOf":[{"type":"string"},{"type":"number"}]}},'
    .. '"required":["a"]}', '{"additionalProperties":false,"properties":{"a":{"anyOf":[{"type":"string"},'
    .. '{"type":"number"}]}},"required":["a"],"type":"object"}' },
  { name = "an object of choices loses its type", '{"type":"object","properties":{"a":{"type":"object","anyOf":['
    .. '{"type":"object"}]}},"required":["a"]}', '{"additionalProperties":false,"properties":{"a":{"anyOf":['
    .. '{"additionalProperties":false,"type":"object"}]}},"required":["a"],"type":"object"}' },
  { name = "annotations beside a $ref", '{"type":"object","properties":{"a":{"$ref":"#","description":"x"}},'
    .. '"required":["a"]}', '{"additionalProperties":false,"properties":{"a":{"$ref":"#","description":"x"}},'
    .. '"required":["a"],"type":"object"}' },

  { name = "allOf of a $ref and an object", '{"type":"object","properties":{"a":{"allOf":[{"$ref":"#/$defs/d",'
    .. '"title":"t"},{"type":"object","properties":{"c":{"type":"null"}},"required":["c"]}]},"b":{"$ref":"#/$defs/d"}},'
    .. '"required":["a","b"],"$defs":{"d":{"type":"object","title":"u","properties":{"d":{"$ref":"#"}},'
    .. '"required":["d"],'
    .. '"description":"x"}}}', '{"type":"object","properties":{"a":{"type":"object","title":"t","description":"x",'
    .. '"properties":{"d":{"$ref":"#"},"c":{"type":"null"}},"required":["d","c"],"additionalProperties":false},'
    .. '"b":{"$ref":"#/$defs/d"}},"required":["a","b"],"additionalProperties":false,"$defs":{"d":{"type":"object",'
    .. '"title":"u","properties":{"d":{"$ref":"#"}},"required":["d"],"description":"x",'
    .. '"additionalProperties":false}}}' },
  { name = "allOf of a $ref with a type beside it", '{"type":"object","properties":{"a":{"type":"object","allOf":['
    .. '{"$ref":"#/$defs/d"}]}},"required":["a"],"$defs":{"d":{"allOf":[{"type":"object","properties":{}},{"$ref":'
    .. '"#/$defs/d"}]}}}', '{"type":"object","properties":{"a":{"type":"object","properties":{},'
    .. '"required":[],"additionalProperties":false}},"required":["a"],"additionalProperties":false,"$defs":{"d":'
    .. '{"type":"object","properties":{},"required":[],"additionalProperties":false}}}' },
  { name = "allOf of one thing twice", '{"type":"object","properties":{"a":{"allOf":[{"$ref":"#"},{"$ref":"#"}]},'
    .. '"b":{"allOf":[{"type":["null"]}]}},"required":["a","b"]}', '{"type":"object","properties":{"a":{"$ref":"#"},'
    .. '"b":{"type":"null"}},"required":["a","b"],"additionalProperties":false}' },
  { name = "a $ref at the top, over another", '{"$schema":"x","$ref":"#/definitions/e","definitions":{"e":{"$ref":'
    .. '"#/definitions/d","title":"t"},"d":{"type":"object","title":"u","description":"x","properties":{"d":{"anyOf":['
    .. '{"$ref":"#/definitions/d"},{"type":"null"}]}},"required":["d"]}}}', '{"$schema":"x","type":"object",'
    .. '"title":"t","description":"x","properties":{"d":{"anyOf":[{"$ref":"#/definitions/d"},{"type":"null"}]}},'
    .. '"required":["d"],"additionalProperties":false,"definitions":{"e":{"$ref":"#/definitions/d","title":"t"},'
    .. '"d":{"type":"object","title":"u","description":"x","properties":{"d":{"anyOf":[{"$ref":"#/definitions/d"},'
    .. '{"type":"null"}]}},"required":["d"],"additionalProperties":false}}}' },
  { name = "an allOf at the top", '{"allOf":[{"$ref":"#/$defs/d"}],"$defs":{"d":{"type":"object"}}}',
    '{"type":"object","additionalProperties":false,"$defs":{"d":{"type":"object","additionalProperties":false}}}' },
  { name = "allOf of the whole", '{"$schema":"x","allOf":[{"type":"object","properties":{"a":{"type":"null"}},'
    .. '"required":["a"]},{"allOf":[{"type":"object","properties":{}}],"required":[]}],'
    .. '"$defs":{"d":{"allOf":[{"$ref":"#"},'
    .. '{"type":"object"}]}}}', '{"$schema":"x","type":"object","properties":{"a":{"type":"null"}},"required":["a"],'
    .. '"additionalProperties":false,"$defs":{"d":{"type":"object","properties":{"a":{"type":"null"}},"required":["a"],'
    .. '"additionalProperties":false}}}' },
  { name = "one choice at the top", '{"anyOf":[{"type":"object","required":[]}]}',
    '{"type":"object","required":[],"additionalProperties":false}' },

  { name = "a $ref at the top to nothing", '{"$ref":"#/$defs/d"}', at = "<root>", why = "points to nothing" },
  { name = "a $ref at the top to the top", '{"$ref":"#"}', at = "<root>", why = "leads back to itself" },
  { name = "refs at the top in a circle", '{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},'
    .. '"b":{"$ref":"#/$defs/a"}}}',
    at = "<root>", why = "leads back to itself" },
  { name = "more beside a $ref at the top", '{"$ref":"#/$defs/d","minimum":1,"$defs":{"d":{"type":"object"}}}',
    at = "<root>", why = "beside a `$ref`" },
  { name = "allOf in a circle", '{"type":"object","$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"},{"type":"object"}]},'
    .. '"b":{"allOf":[{"$ref":"#/$defs/a"},{"type":"object"}]}}}', at = "$defs/a", why = "leads back to itself" },
  { name = "allOf of a $ref to nothing", '{"type":"object","allOf":[{"$ref":"#/x"},{"type":"object"}]}', at = "<root>",
    why = "`allOf` with the `$ref` #/x" },
  { name = "what is left out, in an allOf", '{"type":"object","properties":{"a":{"allOf":[{"type":"object"}]}}}',
    at = "properties/a", why = "must be nullable" },
  { name = "allOf of what it is in", '{"type":"object","$defs":{"d":{"type":"object","properties":{"a":{"allOf":['
    .. '{"$ref":"#/$defs/d"},{"$ref":"#/$defs/d","title":"t"},{"type":"object"}]}},"required":["a"]}}}', at = "<root>",
    why = "nested too deeply" },
  { name = "how many fields", '{"type":"object","minProperties":1}', at = "<root>", why = "`minProperties`" },
  { name = "how a text is encoded", '{"type":"object","properties":{"a":{"type":"string","contentEncoding":"base64"}},'
    .. '"required":["a"]}', at = "properties/a", why = "`contentEncoding`" },
  { name = "no object", '{"type":"array"}', at = "<root>", why = "must have the type 'object', and has array" },
  { name = "no type", '{"properties":{}}', at = "<root>", why = "and has none" },
  { name = "two types at the top", '{"type":["object","null"]}', at = "<root>", why = "and has object or null" },
  { name = "choices at the top", '{"type":"object","anyOf":[{"type":"object"}]}', at = "<root>", why = "anyOf" },
  { name = "an open object", '{"type":"object","properties":{"a":{"type":"object","additionalProperties":'
    .. '{"type":"string"}}},"required":["a"]}', at = "properties/a", why = "additionalProperties: false" },
  { name = "what may be left out", '{"type":"object","properties":{"a":{"type":"string"}}}', at = "properties/a",
    why = "must be nullable" },
  { name = "null in one of both", '{"type":"object","properties":{"a":{"type":["string","null"],"enum":["x"]}}}',
    at = "properties/a", why = "must be nullable" },
  { name = "a name that is required alone", '{"type":"object","properties":{},"required":["a"]}', at = "<root>",
    why = "`required` names `a`" },
  { name = "an array of anything", '{"type":"object","properties":{"l":{"type":"array"}},"required":["l"]}',
    at = "properties/l", why = "`items`" },
  { name = "an inner array", '{"type":"object","properties":{"l":{"type":"array","items":{"type":"array"}}},'
    .. '"required":["l"]}', at = "properties/l/items", why = "`items`" },
  { name = "not", '{"type":"object","properties":{"a":{"not":{}}},"required":["a"]}', at = "properties/a",
    why = "`not`" },
  { name = "in choices", '{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"if":{}}]}},'
    .. '"required":["a"]}',
    at = "properties/a/anyOf/1", why = "`if`" },
  { name = "in a definition", '{"type":"object","$defs":{"x":{"prefixItems":[]}}}', at = "$defs/x",
    why = "`prefixItems`" },
  { name = "patternProperties", '{"type":"object","patternProperties":{"^x":{}}}', at = "<root>",
    why = "`patternProperties`" },
  { name = "a schema that is true", '{"type":"object","properties":{"a":true},"required":["a"]}', at = "properties/a",
    why = "expected a schema that is an object, got true" },
  { name = "a $ref to nothing", '{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"required":["a"]}',
    at = "properties/a", why = "points to nothing" },
  { name = "a $ref elsewhere", '{"type":"object","properties":{"a":{"$ref":"http://h/a"}},"required":["a"]}',
    at = "properties/a", why = "points to nothing" },
  { name = "what is beside a $ref", '{"type":"object","properties":{"a":{"$ref":"#","minimum":1}},"required":["a"]}',
    at = "properties/a", why = "beside a `$ref`" },
  { name = "allOf of what differs", '{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"allOf":'
    .. '[{"properties":{"a":{"type":"number"}}}]}', at = "<root>", why = "`allOf`" },
  { name = "allOf of an object and a text", '{"type":"object","properties":{},"allOf":[{"type":"string"}]}',
    at = "<root>", why = "`allOf`" },
  { name = "allOf of what is no schema", '{"type":"object","properties":{},"allOf":[true,{"properties":{}}]}',
    at = "<root>", why = "`allOf`" },
  { name = "allOf of what says more", '{"type":"object","properties":{},"allOf":[{"properties":{},"minProperties":1}]}',
    at = "<root>", why = "`allOf`" },
  { name = "allOf of an open object", '{"type":"object","properties":{},"allOf":[{"additionalProperties":true}]}',
    at = "<root>", why = "`allOf`" },
  { name = "allOf of an object of texts", '{"type":"object","properties":{},"allOf":[{"additionalProperties":'
    .. '{"type":"string"}}]}', at = "<root>", why = "`allOf`" },
  { name = "allOf of an object that is closed to all", '{"type":"object","properties":{"a":{"type":"string"}},'
    .. '"required":["a"],"allOf":[{"additionalProperties":false}]}', at = "<root>", why = "`allOf`" },
  { name = "allOf of closed objects", '{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"allOf":'
    .. '[{"properties":{},"additionalProperties":false}]}', at = "<root>", why = "`allOf`" },
  { name = "allOf of what has one", '{"type":"object","allOf":[{"allOf":[{"minProperties":1}]}]}', at = "<root>",
    why = "`allOf`" },
  { name = "properties that are none", '{"type":"object","properties":1}', at = "<root>",
    why = "`properties` must be" },
  { name = "choices that are none", '{"type":"object","properties":{"a":{"anyOf":"b"}},"required":["a"]}',
    at = "properties/a", why = "`anyOf` must be" },
  { name = "required that is no list", '{"type":"object","allOf":[{"required":true}]}', at = "<root>",
    why = "`allOf`" },
  { name = "allOf of no objects", '{"type":"object","properties":{"a":{"allOf":[{"type":"string"},{"minLength":1}]}},'
    .. '"required":["a"]}', at = "properties/a", why = "`allOf`" },
  { name = "choices beside properties", '{"type":"object","properties":{"a":{"type":"object","properties":{},'
    .. '"anyOf":[{"type":"object"}]}},"required":["a"]}', at = "properties/a", why = "`anyOf`" },
  { name = "an inner $id", '{"type":"object","properties":{"a":{"$id":"x","type":"string"}},"required":["a"]}',
    at = "properties/a", why = "`$id`" },
}
