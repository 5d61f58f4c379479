'use strict';
// Errors of the built-in API, in the API's own shape.

class ApiError extends Error {
  constructor(status, message, { type, param, code }) {
    super(message);
    this.status = status;
    this.error = {
      message,
      type: type || 'invalid_request_error',
      param: param || null,
      code: code || null,
    };
  }

  reply() {
    return { status: this.status, json: { error: this.error } };
  }
}

const invalid = (message, param) => new ApiError(400, message, { param });

function requireFields(input, ...names) {
  const missing = names.find((name) => input[name] === undefined || input[name] === null);
  if (!missing) return;
  throw new ApiError(400, `Missing required parameter: '${missing}'.`, {
    param: missing, code: 'missing_required_parameter',
  });
}

// The stored object of that id, or the API's 404.
function stored(map, id, what) {
  const found = map.get(id);
  if (found) return found;
  throw new ApiError(404, `No such ${what}: ${id}`, { param: 'id', code: null });
}

module.exports = { ApiError, invalid, requireFields, stored };
