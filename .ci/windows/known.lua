-- Specs that fail on Windows or under Wine, although the library is as it is
-- to be there: a part of the name, or of what is said (of both where `says` is
-- there), and why. They count as skipped.

return {
  { "unix", "Wine has no sockets of Unix's files" },
  { "ca_path", "Schannel takes a file of certificates, no folder" },
  { "trusts a folder of certificates", "Schannel takes a file of certificates, no folder" },
  { "says who it is with a certificate", "Schannel takes a certificate with its key from a PFX file, or by its name" },
  { "when it is gone #timed", "os.clock tells the time of the day on Windows, not that of the processor" },
  { "engine.target ", "names are others on Windows: with drives, and without links and devices" },
  { "has names of all lengths", "a name has 255 characters on Windows, with its folders 260" },
  { "what is uploaded of ", "a file that is open cannot be moved or removed, nor another take its place",
    says = "Permission denied" },
  { "what is uploaded of ", "a file that is open cannot be moved or removed, nor another take its place",
    says = "File exists" },
  { "an upload, ", "a file that is open cannot be moved or removed, nor another take its place",
    says = "Permission denied" },
  { "that is removed, and made anew", "a file that is open keeps its name until it is closed" },
  { "closes its files when it is closed, collected", "needs /proc" },
  { "gives powers of two that are read as what they are", "Wine's strtod errs in the last bit" },
  { "exchanges at once #timed", "handshakes take long under Wine" },
  { "tells why one cannot be read", "to open a folder is told as a lack of permission" },
  { "is not put where a folder is by then", "needs a shell of POSIX" },
  { "makes the same of 20000 random", "lua-cjson takes a 'd' for an exponent there, as its C library does" },
}
