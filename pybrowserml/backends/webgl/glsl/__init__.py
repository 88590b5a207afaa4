"""GLSL sources of functions on vec4 lanes, by subject: name → [names of functions it calls, source]."""
