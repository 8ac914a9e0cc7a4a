"""Runs and fronts on disk.

run_schema, front_schema      what run.json and front.json hold, with the number of their format
run_writing, front_writing    a folder: the JSON file, and tables for people
run_reading, front_reading    the same read again and set against the instance; `reading`: either
stored                        what both share: parsing, the plan, what it is a plan of
migration                     files of older formats
files, replacing, spared      written whole or not at all; what is never written over
objects, json_schemas         JSON for other programs; JSON Schema of all files
comparable                    two of a kind, whatever they are, side by side
saving                        the public `save` and `load`
"""
