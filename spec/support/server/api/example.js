'use strict';
// A plausible value for a JSON schema: for structured output and tool arguments.

const BY_TYPE = {
  string: (schema, said) => said || 'Lua',
  integer: (schema) => schema.minimum || 1,
  number: (schema) => schema.minimum || 1.5,
  boolean: () => true,
  null: () => null,
  array: (schema, said) => [example(schema.items || {}, said)],
  object: (schema, said) => Object.fromEntries(
    Object.entries(schema.properties || {}).map(([name, value]) => [name, example(value, said)]),
  ),
};

function example(schema, said) {
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (Array.isArray(schema.anyOf)) return example(schema.anyOf[0], said);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  const make = BY_TYPE[type] || (schema.properties ? BY_TYPE.object : BY_TYPE.string);
  return make(schema, said);
}

module.exports = { example };
