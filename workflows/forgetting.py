"""A short workflow that the schedule starts every day: the papers of requests long over are deleted."""

from temporalio import workflow

from domain.work import DocumentsForgotten, ForgetDocuments
from workflows import patience

with workflow.unsafe.imports_passed_through():
    from activities.forgetting import ForgettingActivities


@workflow.defn(name="ForgetDocuments")
class ForgetDocumentsDaily:
    """One round through the document store."""

    @workflow.run
    async def run(self) -> DocumentsForgotten:
        """Delete what is kept for nobody any more."""
        return await workflow.execute_activity_method(
            ForgettingActivities.forget_documents,
            ForgetDocuments(now=workflow.now()),
            summary="delete the papers of requests long over",
            **patience.SURVEY.options(),
        )
