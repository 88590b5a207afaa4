"""The tinker page: points by clicking, a net made in JavaScript, its surface, the engine switch."""

from pathlib import Path

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
COLOUR_AT = """
const canvas = document.getElementById("plane");
const [x, y] = [arguments[0] * canvas.width, arguments[1] * canvas.height];
return Array.from(canvas.getContext("2d").getImageData(x, y, 1, 1).data);
"""


def wait(driver, condition, seconds=60):
    return WebDriverWait(driver, seconds, poll_frequency=0.1).until(condition)


@pytest.fixture
def page(driver, serve):
    """The driver with the page open."""
    driver.get(f"{serve(ROOT)}demos/tinker/index.html")
    wait(driver, lambda page: page.execute_script("return globalThis.tinkerPage?.ready === true"))
    yield driver
    severe = [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    assert severe == [], "the page runs under the strict policy without a complaint"


def text(driver, name):
    return driver.find_element(By.ID, name).text


def click_points(driver):
    """Blue points at the left, orange ones at the right."""
    plane = driver.find_element(By.ID, "plane")
    for kind, x in (("0", -140), ("1", 140)):
        driver.find_element(By.CSS_SELECTOR, f"input[name=class][value='{kind}']").click()
        for y in (-120, -40, 40, 120):
            ActionChains(driver, duration=10).move_to_element_with_offset(plane, x, y).click().perform()


def train_until_right(driver):
    driver.find_element(By.ID, "train").click()
    wait(driver, lambda page: text(page, "accuracy") == "100 %" and float(text(page, "loss")) < 0.1)
    driver.find_element(By.ID, "train").click()
    wait(driver, lambda page: text(page, "train") == "Train")


@pytest.mark.parametrize("engine", ["webgl", "cpu"])
def test_click_train_and_see_the_surface(page, engine):
    page.find_element(By.CSS_SELECTOR, f"input[name=engine][value={engine}]").click()
    assert page.find_element(By.CSS_SELECTOR, "input[name=engine]:checked").get_attribute("value") == engine
    click_points(page)
    assert text(page, "points") == "8"
    train_until_right(page)
    assert int(text(page, "epoch")) >= 5
    wait(page, lambda page: page.execute_script(COLOUR_AT, 0.05, 0.5)[0] < 230)
    red, _, blue, _ = page.execute_script(COLOUR_AT, 0.05, 0.5)
    assert blue > red + 20, "the left side is blue"
    red, _, blue, _ = page.execute_script(COLOUR_AT, 0.95, 0.5)
    assert red > blue + 20, "the right side is orange"


def test_switch_the_engine_while_it_trains(page):
    click_points(page)
    page.find_element(By.ID, "train").click()
    wait(page, lambda page: int(text(page, "epoch")) > 5)
    for engine in ("cpu", "webgl"):
        page.find_element(By.CSS_SELECTOR, f"input[name=engine][value={engine}]").click()
        epoch = int(text(page, "epoch"))
        wait(page, lambda page, epoch=epoch: int(text(page, "epoch")) > epoch + 10)
    page.find_element(By.ID, "train").click()
    wait(page, lambda page: text(page, "train") == "Train")
    assert text(page, "status") == ""


def test_points_by_keyboard_and_a_new_start(page):
    plane = page.find_element(By.ID, "plane")
    page.execute_script("arguments[0].focus()", plane)
    ActionChains(page).send_keys(Keys.ARROW_LEFT, Keys.ARROW_UP, Keys.ENTER).perform()
    assert text(page, "points") == "1"
    page.find_element(By.ID, "clear").click()
    assert text(page, "points") == "0"
    page.find_element(By.ID, "train").click()
    assert text(page, "status") == "Add some points first."


def test_a_ready_made_example(page):
    page.find_element(By.CSS_SELECTOR, "[data-example=moons]").click()
    assert text(page, "points") == "120"
