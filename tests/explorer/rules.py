"""What must never be."""

from itertools import combinations

from tests.explorer.world import Phase, Scenario, World, owner


def broken_rule(scenario: Scenario, world: World) -> str:
    """What is wrong with a state; empty when nothing is."""
    return doubled(scenario, world) or left_behind(scenario, world)


def doubled(scenario: Scenario, world: World) -> str:
    ours = [order for order in world.listed if order.startswith("R")]
    for one, other in combinations(ours, 2):
        if not set(scenario.numbers_of(one)).isdisjoint(scenario.numbers_of(other)):
            return f"two orders for one number: {one} and {other}"
    return ""


def left_behind(scenario: Scenario, world: World) -> str:
    if "give up" not in scenario.mishaps:
        return ""
    for order in world.listed:
        if not order.startswith("R"):
            continue
        number, run = owner(order), int(order.split(".")[1])
        request = world.requests[number]
        if request.run != run:
            continue
        if request.phase is Phase.GIVEN_UP and order not in request.named:
            holders = [one for one in world.requests if one.order == order]
            if not holders:
                return f"an order that no one looks for: {order}"
        if request.phase is Phase.ASKED and not request.unsure and not request.afresh:
            return f"an order that no one will look for: {order}"
    return ""
