"""A marketer at the canvas of a running demo, and a program that checks through the API what came of it."""

import email
import json
import re
import urllib.request
from email.message import EmailMessage
from email.policy import default
from time import monotonic
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.support.demo import Demo

LONDON = ZoneInfo("Europe/London")
LIMIT_S = 60


def sign_in(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.account['url']}/sign-in")
    page.get_by_label("E-mail").fill(demo.account["email"])
    page.get_by_label("Password").fill(demo.account["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/campaigns")


def step(page: Page, node: str) -> Locator:
    return page.locator(f"[data-node-id='{node}']")


def setting(page: Page, name: str, control: str = "input") -> Locator:
    return page.locator(f"[data-field='{name}'] {control}")


def drop(page: Page, type_: str, x: int, y: int) -> str:
    """Drag a step from the palette to a place on the canvas; the new step's id. Its settings are open then."""
    before = set(node_ids(page))
    source = page.locator(f"[data-palette='{type_}']")
    canvas = page.locator(".react-flow__pane")
    source.drag_to(canvas, target_position={"x": x, "y": y})
    expect(page.locator("[data-node-id]")).to_have_count(len(before) + 1)
    (new,) = set(node_ids(page)) - before
    return new


def node_ids(page: Page) -> list[str]:
    return [str(node.get_attribute("data-node-id")) for node in page.locator("[data-node-id]").all()]


def connect(page: Page, source: str, target: str) -> None:
    """Draw a line with the mouse, from the port below one step to the one above another."""
    lines = page.locator(".react-flow__edge").count()
    wait_until_still(page)
    out = step(page, source).locator(".react-flow__handle.source").first.bounding_box()
    into = step(page, target).locator(".react-flow__handle.target").bounding_box()
    assert out is not None
    assert into is not None
    page.mouse.move(out["x"] + out["width"] / 2, out["y"] + out["height"] / 2)
    page.mouse.down()
    page.mouse.move(into["x"] + into["width"] / 2, into["y"] + into["height"] / 2, steps=8)
    page.mouse.up()
    expect(page.locator(".react-flow__edge")).to_have_count(lines + 1)


def wait_until_still(page: Page) -> None:
    """Wait until the canvas has stopped moving: it slides to keep an opened step in view."""
    page.evaluate(
        """() => new Promise((done) => {
            const view = document.querySelector('.react-flow__viewport');
            let last = '';
            let still = 0;
            const look = () => {
                still = view.style.transform === last ? still + 1 : 0;
                last = view.style.transform;
                if (still >= 20) done();
                else requestAnimationFrame(look);
            };
            look();
        })"""
    )


def confirm(page: Page) -> None:
    page.get_by_role("button", name="OK", exact=True).click()
    expect(page.get_by_role("button", name="OK", exact=True)).to_have_count(0)


def choose(field: Locator, text: str) -> None:
    """Choose the option that begins so, once the list has it."""
    option = field.locator("option", has_text=re.compile(rf"^{re.escape(text)}"))
    expect(option).to_have_count(1)
    field.select_option(value=option.get_attribute("value"))


def ask(line: Locator, title: str) -> None:
    """Choose what a line of conditions asks."""
    field = line.get_by_role("combobox", name="Condition", exact=True)
    field.click()
    field.fill(title)
    line.page.get_by_role("option", name=title, exact=True).click()


class Program:
    """A program with the demo's key: what the marketer did is checked through the API."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo

    def get(self, path: str) -> Any:
        request = urllib.request.Request(
            f"{self.demo.account['url']}/api/v1{path}",
            headers={"Authorization": f"Bearer {self.demo.account['api_key']}"},
        )
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
            return json.load(answer)

    def everything(self, path: str) -> list[Any]:
        found: list[Any] = []
        cursor = ""
        while True:
            answer = self.get(path + ("&" if "?" in path else "?") + "limit=100" + cursor)
            found += answer["items"]
            if not answer["next"]:
                return found
            cursor = "&after=" + quote(answer["next"])

    def wait_for_run(self, run: int) -> dict[str, Any]:
        """The run, once nobody travels in it and no letter of it waits."""
        deadline = monotonic() + LIMIT_S
        while True:
            view: dict[str, Any] = self.get(f"/runs/{run}")
            queued = self.get(f"/messages?run={run}&status=queued")["items"]
            if view["waiting"] == 0 and not queued:
                return view
            assert monotonic() < deadline, view

    def wait_for_messages(self, count: int) -> None:
        """Wait until so many messages have been sent, and none waits."""
        deadline = monotonic() + LIMIT_S
        while True:
            states = [message["status"] for message in self.everything("/messages")]
            if states.count("sent") == count and not {"queued", "sending"} & set(states):
                return
            assert monotonic() < deadline, states


def letters(demo: Demo) -> list[EmailMessage]:
    files = sorted((demo.data / "letters").glob("**/*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]  # type: ignore[misc]


def publish(page: Page) -> int:
    """Save, publish version 1, and start the run that the date means; the run's id."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("button", name="Publish version 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Start run…").click()
    page.get_by_role("dialog").get_by_role("button", name="Start run", exact=True).click()
    started = page.locator("[data-run-id]")
    expect(started).to_be_visible()
    return int(started.get_attribute("data-run-id") or 0)
