-- Signatures of version 4 as another program makes them (botocore 1.44.8), with
-- the keys of Amazon's documentation.

return {
  access_key = "AKIDEXAMPLE",
  secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  region = "us-east-1", service = "bedrock-mantle",
  time = 1735787045, -- 2025-01-02 03:04:05

  -- method, URL, body, its type, session token, signature, other fields of the header
  cases = {
    { "POST", "https://bedrock-mantle.us-east-1.api.aws/openai/v1/x%20y",
      nil, nil, "session/token+=",
      "acbd8efc23172cac94380beb947cb337c66efd1b3d3cfa399d3cf458e8267b5b" },
    { "DELETE", "https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1/a:b/",
      nil, nil, "session/token+=",
      "29fa3da9ce3ba279023ce79aa764a2b96381e78dc90b9d274d108a1f11a76d53" },
    { "GET", "http://127.0.0.1:7130/v1/a,b;c=d/a,b;c=d/",
      nil, nil, nil,
      "321f08304a819073949351836b46631ff03a37d90ba42c02768a7c44681881b8" },
    { "DELETE", "http://[::1]:80/v1/*/?a.b=%2A&limit=Z&a=z%3D1%26y",
      nil, nil, "session/token+=",
      "10fa2750d58c03dbb4b440fcbe512605af327dc535f11a64eb3a73c7e125f29d" },
    { "GET", "https://h.example:443/v1/(x)/completions/responses/?_x=%C3%BC",
      nil, nil, nil,
      "690225fa309b38aaaed264a3384ba7c99480c4d57ce009a370d2fbcf2e4f7a14" },
    { "POST", "https://h.example:443/v1/x%20y/~/it's?a~=%252F",
      '{"model":"gpt-4o","input":"hello"}', "application/json", nil,
      "bf430598d2c0b7a2798a579237bf8b4a9f7f40f9c3f541387c67a6956b2eb8ec" },
    { "PATCH", "http://127.0.0.1:7130/v1/files/caf%C3%A9/!$&/x%20y/?"
      .. "include%5B%5D=~&a~=%2A&b=a%2Fb&a~=z%3D1%26y&a.b=&a0=z%3D1%26y&limit=a%2Bb&b=%C3%A9%CC%81",
      '{"model":"gpt-4o","input":"hello"}', "application/json", "session/token+=",
      "e1a17ac36089b4878d4084dc8fed5619e7162b98b6de46b52dd192c5071b2748" },
    { "PATCH", "https://h.example:8443/(x)?metadata%5Bkey%5D=%2A&include%5B%5D=%C3%BC",
      "{}", " text/plain  ;  x=1", nil,
      "3aecb625f81c434db9a15a2311a5ccf793a311c3749ffc6960a249a4667db223" },
    { "POST", "http://[::1]:80/v1/x%20y/~/chat/completions?"
      .. "metadata%5Bkey%5D=a%2Fb&A=z%3D1%26y&metadata%5Bkey%5D=%252F&after=%2A&include%5B%5D=%C3%A9%CC%81",
      '{"input":"\230\151\165\230\156\172 \195\188 \\u0000"}', "application/json; charset=utf-8", nil,
      "18db8b0e05a0d56931f490eff03e4102962265a62ef331bfc82f09e5e0943201" },
    { "PUT", "http://[::1]:80/v1/x%20y/%25/%25/a+b?"
      .. "metadata%5Bkey%5D=-&include%5B%5D=-&ab=Z&%D0%BA%D0%BB%D1%8E%D1%87=a%2Fb&"
      .. "a~=-&after=%E6%97%A5%E6%9C%AC&b=a%2Fb&a~=",
      "{}", " text/plain  ;  x=1", nil,
      "cda4cf632f369eade4e2c4741235fb30e8d3b35e0bb3f27161712915a67c4ed5" },
    { "GET", "https://h.example:8443/files/caf%C3%A9/it's?a-b=%27&a=Z",
      nil, nil, nil,
      "35436501149c40a66b606bbf7b0941c21abc09df1e75f4f462b80b384eb8af93" },
    { "POST", "https://bedrock-mantle.us-east-1.api.aws/openai/v1/responses/v@1/a,b;c=d/(x)?"
      .. "limit=%2A&a=-&a-b=%C3%BC",
      '{"model":"gpt-4o","input":"hello"}', " text/plain  ;  x=1", nil,
      "4b46492983af2bbb25d2c6d3aea109f5689973d991fbcc2b7faf34c3a57b01bd" },
    { "DELETE", "https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1/chat/v@1/?"
      .. "a-b=%E6%97%A5%E6%9C%AC&a0=a%2Bb&a0=a%2Bb&Z=a%2Bb&a=1",
      nil, nil, "session/token+=",
      "70176e0879184c11de5dfd943615db5a3756cbe6bb2833a714d879de708ff61a" },
    { "POST", "https://h.example:443/v1/a+b/a,b;c=d/?"
      .. "Z=-&a.b=%2A&limit=a%2Bb&metadata%5Bkey%5D=a%2Bb&a~=0&a0=&a=%252F&a-b=x%20y",
      "{}", "application/json", "session/token+=",
      "69050b5eb4dec4a65425ca3c2af526ccb1a594085d0e18d5b702ba470bac5ebc" },
    { "POST", "https://h.example:8443/resp_1/*?Z=&A=0&a-b=-&a=%C3%BC&A=-&a.b=-&include%5B%5D=~&a=Z",
      "[]", "application/json; charset=utf-8", "session/token+=",
      "918c163b0b6e64af5d21a411784493066bea945d70fbd799d1a0431ceb865235" },
    { "POST", "https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1/completions/~/(x)/a%2Fb?"
      .. "ab=Z&a-b=&include%5B%5D=1&b=Z&A=1&a=-&a-b=%27&a~=a%2Bb",
      '{"input":"\230\151\165\230\156\172 \195\188 \\u0000"}', "application/json", nil,
      "3d7fb394bbfee5c6d04c07ded2e6a29c4d7783a74859686a10fff7203c7dd907" },
    { "DELETE", "https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1/chat?"
      .. "a=0&a-b=%27&_x=Z&limit=0&metadata%5Bkey%5D=x%20y",
      nil, nil, nil,
      "94fc18e4fd7c5f187f58aef75e3b3355de1fe7cea5a176bad72ccaaba765ef3a" },
    { "POST", "http://[::1]:80/v1/files/a%2Fb/!$&?"
      .. "a-b=a%2Bb&after=%2A&after=z%3D1%26y&a=a%2Bb&metadata%5Bkey%5D=",
      nil, nil, "session/token+=",
      "3f05384678d929208395c971bbc8c8fec2ba3547b6c8cc090ff06e5fea8c4887" },
    { "POST", "https://h.example:443/v1/a,b;c=d/v@1?"
      .. "a-b=a%2Bb&after=a%2Fb&a=%C3%BC&%D0%BA%D0%BB%D1%8E%D1%87=Z&_x=%27",
      nil, nil, "session/token+=",
      "b164802779fe92f0b4a9b5d7b59d36f3387b168c8a799574b79db45294e5b48d" },
    { "DELETE", "http://127.0.0.1:7130/v1/responses/caf%C3%A9/v@1/a%2Fb?a=1&a-b=a%2Bb",
      nil, nil, "session/token+=",
      "32d8357ed59440b3f420a8728680ce98611a8cffaad8e8c94bf4651179b613f4" },
    { "POST", "https://h.example/v1/x", "{}", "application/json", nil,
      "f2db4c791f2ca503aa06931ebada578acee0e38cc65529389f9e42656eec25ef",
      { ["x-amz-target"] = " A.b   c ", ["x-amzn-trace-id"] = "Root=1", ["x-other"] = "1" } },
    { "GET", "https://h.example/v1/x", nil, nil, "t",
      "91d7531c856f7e9b7caf198092470beb3f24078161df9d5fdb3dce28468423c7",
      { host = "other.example:8443", ["x-amz-a"] = "1", ["x-amz-a-b"] = "2", ["x-amz-a0"] = "3", accept = "*/*" } },
  },
}
