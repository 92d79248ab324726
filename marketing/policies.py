"""The seller's policy for ads and stock."""

from datetime import datetime

from django.db import transaction

from marketing import decisions, facts
from marketing.models import AdDecision, AdPolicy, DecisionState
from tenancy import audit, scoping
from tenancy.actors import Actor


def current_policy(*, now: datetime) -> AdPolicy:
    """The stored policy, or an unsaved one with the defaults."""
    return AdPolicy.objects.first() or AdPolicy(seller_id=scoping.current().only_seller, changed_at=now)


@transaction.atomic
def change_policy(*, values: dict[str, object], actor: Actor, now: datetime) -> AdPolicy:
    """Store the policy and apply it at once. Old dry-run notes are closed, so that the new policy speaks afresh."""
    policy = current_policy(now=now)
    before = {name: getattr(policy, name) for name in values}
    for name, value in values.items():
        setattr(policy, name, value)
    policy.changed_at, policy.changed_by = now, actor.label
    policy.save()
    audit.record(
        actor=actor,
        now=now,
        action="ads.policy_changed",
        subject_type="ad_policy",
        subject_id=policy.pk,
        before=before,
        after=values,
    )
    AdDecision.objects.filter(state=DecisionState.ADVISED, ended_at__isnull=True).update(ended_at=now)
    decisions.apply_rules(vehicle_ids=facts.linked_vehicles(), now=now)
    return policy
