-- What is kept from one spec file to the next, which all other modules are not:
-- where the local API servers are, which take longer to start than most files.

return { servers = {} }
