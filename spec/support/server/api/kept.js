'use strict';
// Objects that are made, listed, changed and deleted, and do nothing else: a
// row each. What is below another one belongs to it.

const { newId, now } = require('./identity');
const memory = require('./memory');
const { page } = require('./page');
const { requireFields, stored } = require('./errors');

// path, what its ids begin with, `object`; what must be given, and fields that
// are there although they are not. `deletes: false`: none can be deleted.
const FAMILIES = [
  { path: '/assistants', prefix: 'asst_', object: 'assistant', needs: ['model'],
    has: { name: null, description: null, instructions: null, tools: [], metadata: {} } },
  { path: '/threads', prefix: 'thread_', object: 'thread', has: { metadata: {}, tool_resources: null } },
  { path: '/conversations', prefix: 'conv_', object: 'conversation', has: { metadata: {} } },
  { path: '/containers', prefix: 'cntr_', object: 'container', needs: ['name'],
    has: { status: 'running', expires_after: null } },
  { path: '/evals', prefix: 'eval_', object: 'eval', needs: ['data_source_config', 'testing_criteria'],
    has: { name: null, metadata: {} } },
  { path: '/evals/{id}/runs', prefix: 'evalrun_', object: 'eval.run', owner: 'eval_id', needs: ['data_source'],
    has: {
      name: null, status: 'completed', metadata: {}, result_counts: { total: 0, passed: 0, failed: 0, errored: 0 },
    } },
  { path: '/organization/projects', prefix: 'proj_', object: 'organization.project', needs: ['name'],
    has: { status: 'active', archived_at: null }, deletes: false },
  { path: '/organization/projects/{id}/service_accounts', prefix: 'svc_acct_',
    object: 'organization.project.service_account', needs: ['name'], has: { role: 'member' } },
  { path: '/organization/projects/{id}/users', prefix: 'user_', object: 'organization.project.user', needs: ['role'] },
  { path: '/organization/invites', prefix: 'invite-', object: 'organization.invite', needs: ['email', 'role'],
    has: { status: 'pending', projects: [] } },
  { path: '/organization/admin_api_keys', prefix: 'key_', object: 'organization.admin_api_key', needs: ['name'],
    has: { value: 'sk-admin-local', redacted_value: 'sk-admin-...ocal' } },
  { path: '/organization/groups', prefix: 'group_', object: 'group', needs: ['name'] },
  { path: '/organization/roles', prefix: 'role_', object: 'role', needs: ['role_name', 'permissions'] },
];

function methodsOf({ path, prefix, object, needs = [], has = {}, owner, deletes = true }, families) {
  const kept = memory.map();
  families[path] = kept;
  const above = families[path.replace(/\/\{id\}\/\w+$/, '')];
  const find = (ids) => {
    const found = stored(kept, ids[ids.length - 1], object);
    if (ids.length > 1) stored(ids[0] === found.above ? above : new Map(), ids[0], path);
    return found;
  };
  const made = ({ input }, parent) => {
    requireFields(input, ...needs);
    if (parent) stored(above, parent, path);
    const id = newId(prefix);
    const value = { id, object, created_at: now(), ...has, ...input, ...(owner ? { [owner]: parent } : {}) };
    kept.set(id, { value, above: parent });
    return { json: value };
  };
  const listed = ({ query }, parent) => {
    if (parent) stored(above, parent, path);
    const all = [...kept.values()].filter((one) => one.above === parent);
    return page(all.map((one) => one.value), query);
  };
  const changed = ({ input }, ...ids) => ({ json: Object.assign(find(ids).value, input) });
  const removed = (call, ...ids) => {
    const { value: { id } } = find(ids);
    kept.delete(id);
    return { json: { id, object: `${object}.deleted`, deleted: true } };
  };
  return {
    [`POST ${path}`]: made,
    [`GET ${path}`]: listed,
    [`GET ${path}/{own}`]: (call, ...ids) => ({ json: find(ids).value }),
    [`POST ${path}/{own}`]: changed,
    ...(deletes ? { [`DELETE ${path}/{own}`]: removed } : {}),
  };
}

const families = {};
const routes = Object.assign({}, ...FAMILIES.map((family) => methodsOf(family, families)));

module.exports = { routes, has: (path, id) => stored(families[path], id, path.slice(1, -1)).value };
