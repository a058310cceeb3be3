"""A Firefox as its maker ships it, driven over Marionette, its own protocol: a length, a colon, JSON."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "ArrowRight": "\ue014", "Shift": "\ue008", "F4": "\ue034"}  # fmt: skip
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Firefox:
    """One window."""

    def __init__(self) -> None:
        self._profile = tempfile.mkdtemp()
        with socket.socket() as line:
            line.bind(("127.0.0.1", 0))
            port = line.getsockname()[1]
        prefs = (
            f'user_pref("marionette.port", {port});\nuser_pref("intl.accept_languages", "fr");\n'
        )
        (Path(self._profile) / "user.js").write_text(prefs, "utf-8")
        self._process = subprocess.Popen(
            [str(FIREFOX), "--headless", "--marionette", "--no-remote", "--profile", self._profile],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._line = self._connected(port)
        self._number = 0
        self._read()  # its greeting
        self.ask("WebDriver:NewSession", {"capabilities": {}})

    def _connected(self, port: int) -> socket.socket:
        for _ in range(600):
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=120)
            except OSError:
                time.sleep(0.1)
        raise AssertionError("Firefox does not answer")

    def _read(self) -> Any:
        size = b""
        while not size.endswith(b":"):
            size += self._line.recv(1)
        data, wanted = b"", int(size[:-1])
        while len(data) < wanted:
            data += self._line.recv(wanted - len(data))
        return json.loads(data)

    def ask(self, command: str, given: dict[str, Any] | None = None) -> Any:
        """What comes of a command."""
        self._number += 1
        said = json.dumps([0, self._number, command, given or {}]).encode()
        self._line.sendall(b"%d:%s" % (len(said), said))
        _, _, error, result = self._read()
        assert error is None, error
        return result.get("value") if isinstance(result, dict) and "value" in result else result

    def go(self, address: str) -> None:
        self.ask("WebDriver:Navigate", {"url": address})

    def run(self, script: str) -> Any:
        """What a script returns."""
        return self.ask("WebDriver:ExecuteScript", {"script": f"return {script}", "args": []})

    def awaited(self, script: str) -> Any:
        """What a script gives to the function `done`, once it does."""
        given = {"script": f"const done = arguments[0];\n{script}", "args": []}
        return self.ask("WebDriver:ExecuteAsyncScript", {**given, "scriptTimeout": 60_000})

    def until(self, script: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.run(script):
                return
            time.sleep(0.1)
        raise AssertionError(f"never: {script}")

    def _found(self, selector: str) -> str:
        found = self.ask("WebDriver:FindElement", {"using": "css selector", "value": selector})
        return str(found[_ELEMENT])

    def click(self, selector: str) -> None:
        self.ask("WebDriver:ElementClick", {"id": self._found(selector)})

    def fill(self, selector: str, text: str) -> None:
        """Type into a field; of a field for files, the path of one."""
        self.ask("WebDriver:ElementSendKeys", {"id": self._found(selector), "text": text})

    def press(self, *keys: str) -> None:
        """Press keys together, where the focus is."""
        values = [KEYS.get(key, key) for key in keys]
        down = [{"type": "keyDown", "value": key} for key in values]
        up = [{"type": "keyUp", "value": key} for key in reversed(values)]
        actions = [{"type": "key", "id": "keyboard", "actions": [*down, *up]}]
        self.ask("WebDriver:PerformActions", {"actions": actions})

    def close(self) -> None:
        self._line.close()
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)
