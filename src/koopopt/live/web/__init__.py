"""The room over HTTP: a small application on the user's own machine, and nobody else's.

    bodies, answers   what is asked and answered, as dataclasses; they check and describe it
    openapi           the same as one document for other programs
    guard             who may ask: our own page, in the browser that was opened, and nobody else
    refusing          refusals in words, as JSON or as a page
    routes            the JSON API; `files`: the page; `events`: what happens, as it happens
    exports           what is saved to take along
    app               all of it as one ASGI application
    server            on 127.0.0.1, until somebody stops it
    background        the same beside a program that goes on

It needs the extra ``live`` (Starlette, uvicorn); nothing else imports either.
"""
