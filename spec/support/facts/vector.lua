-- Embedding vectors: base64 of little-endian 32-bit floats.

return {
  decoded = {
    { "", {} },
    { "AAAAPgAAIMAAAHBA", { 0.125, -2.5, 3.75 } },
    { "AACAPwAAAIA=", { 1, -0.0 } },
    { "AACAPwAAAIA", { 1, -0.0 } },
    { "AACAPw==", { 1 } },
    { "AACAPw", { 1 } },
    { "//9/fw==", { 3.4028234663852886e38 } },
    { "__9_fw==", { 3.4028234663852886e38 } },
    { "//9//w==", { -3.4028234663852886e38 } },
    { "AQAAAA==", { 2 ^ -149 } },
    { "zczMPQ==", { 0.10000000149011612 } },
    { "AACAfw==", { math.huge } },
  },

  refused = { "AACAP", "AACA", "AACAPwAA", "AA", "!!!!!!", "AACAP w", "AAC\nAPw", "[1,2]", "AACAPw==AACAPw==",
    "AA=APw" },
}
