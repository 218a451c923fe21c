"""Programs that the parts run, and what a part says of one that failed."""

import json
import os
import subprocess


def run(command, seconds, variables=None):
    """(exit code or None after `seconds`, standard output, standard error); variables are added to the environment"""
    environment = os.environ | (variables or {})
    try:
        done = subprocess.run(
            [str(word) for word in command], capture_output=True, text=True, timeout=seconds, env=environment
        )
    except subprocess.TimeoutExpired as late:
        decode = lambda text: text.decode(errors="replace") if isinstance(text, bytes) else text or ""
        return None, decode(late.stdout), decode(late.stderr)
    return done.returncode, done.stdout, done.stderr


def failed(what, code, output, error):
    reason = "took too long" if code is None else f"exit code {code}"
    tail = "\n".join((output + error).strip().splitlines()[-15:])
    return {"status": "failed", "summary": f"{what}: {reason}", "output": tail}


def skipped(why):
    return {"status": "skipped", "summary": why}


def nao_json(setup, arguments, seconds):
    """(the object that nao prints, None) or (None, a failed or skipped part)"""
    code, output, error = run([*setup.nao, *arguments, "--json"], seconds)
    if code == 1 and "fp32 alone" in error:
        return None, skipped("not offered: " + error.strip().splitlines()[-1])
    try:
        return json.loads(output.strip().splitlines()[-1]), None if code == 0 else failed(
            " ".join(arguments), code, "", error
        )
    except (IndexError, ValueError):
        return None, failed(" ".join(arguments), code, output, error)
