"""The Redis queue between sockets (`producer`) and workers (`queue`). Each step in it is one Lua script."""
